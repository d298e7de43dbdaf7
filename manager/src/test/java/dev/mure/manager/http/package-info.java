/** Tests of the HTTP door with real sockets. */
@NullMarked
package dev.mure.manager.http;

import org.jspecify.annotations.NullMarked;
