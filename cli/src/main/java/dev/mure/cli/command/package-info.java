/** What all commands share: how they are declared, how their flags are read, how a run is made. One package per noun below. */
@NullMarked
package dev.mure.cli.command;

import org.jspecify.annotations.NullMarked;
