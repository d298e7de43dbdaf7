/** Tests of the dispatcher with fake agents over in-process gRPC. */
@NullMarked
package dev.mure.manager.dispatcher;

import org.jspecify.annotations.NullMarked;
