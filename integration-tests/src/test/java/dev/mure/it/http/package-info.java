/** A small HTTP/1.1 client for Unix sockets, which the JDK's own can't talk to. Knows nothing of Mure. */
@NullMarked
package dev.mure.it.http;

import org.jspecify.annotations.NullMarked;
