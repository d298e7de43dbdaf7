/** {@code mure service …}: create, look at, change and remove services. */
@NullMarked
package dev.mure.cli.command.service;

import org.jspecify.annotations.NullMarked;
