/** How values are written and read: durations, tables, templates, JSON. Pure; knows nothing of commands. */
@NullMarked
package dev.mure.cli.format;

import org.jspecify.annotations.NullMarked;
