/** Certificates over gRPC: encrypted channels, and how a node gets its certificate from a manager. */
@NullMarked
package dev.mure.trust.grpc;

import org.jspecify.annotations.NullMarked;
