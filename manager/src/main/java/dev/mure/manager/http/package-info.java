/**
 * The HTTP door of a manager: on a Unix socket in its data folder, and on TCP when asked for. It serves the Control API in the
 * manner of the Connect protocol, bridged from the gRPC definitions without knowing their methods, and the health page; further
 * pages are handlers that {@link dev.mure.manager.http.HttpDoor} is given.
 *
 * <p>Neighbours: {@code api} has the definitions; Jetty does HTTP. Handlers block and run on virtual threads.
 */
@NullMarked
package dev.mure.manager.http;

import org.jspecify.annotations.NullMarked;
