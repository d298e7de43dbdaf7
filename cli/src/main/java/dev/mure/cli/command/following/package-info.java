/** What commands do after they changed a service: follow it to its end, and tell how that was. */
@NullMarked
package dev.mure.cli.command.following;

import org.jspecify.annotations.NullMarked;
