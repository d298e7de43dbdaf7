/**
 * The way to a manager: HTTP/1.1 by hand over a Unix or TCP socket, speaking the Connect protocol. A library would cost more
 * start-up time than the whole command takes.
 */
@NullMarked
package dev.mure.cli.connect;

import org.jspecify.annotations.NullMarked;
