package dev.mure.trust.grpc;

import dev.mure.trust.Credentials;

/**
 * A node that was let in.
 *
 * @param clusterEpoch with {@code index}: managers that have applied less don't know the node yet; both 0 if it was let in before
 */
public record Joined(Credentials credentials, long clusterEpoch, long index) {}
