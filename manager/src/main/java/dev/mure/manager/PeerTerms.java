package dev.mure.manager;

import dev.mure.manager.api.ManagerChannels;
import dev.mure.manager.raft.StateFeed;
import dev.mure.manager.raft.TermProbe;
import dev.mure.v1.GetTermRequest;
import dev.mure.v1.Node;
import dev.mure.v1.PeerGrpc;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Asks other managers for their Raft term through their gRPC doors. */
record PeerTerms(StateFeed feed, ManagerChannels channels) implements TermProbe {

    @Override
    public long termOf(String peerId, Duration timeout) throws IOException {
        String address = feed.current()
                .nodes()
                .stream()
                .filter(node -> node.getManager().getRaftPeerId().equals(peerId))
                .findFirst()
                .map(Node::getManager)
                .map(role -> role.getGrpcAddress())
                .orElseThrow(() -> new IOException("no address of " + peerId + " is known"));
        try {
            return PeerGrpc.newBlockingStub(channels.to(address))
                    .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                    .getTerm(GetTermRequest.getDefaultInstance())
                    .getTerm();
        } catch (StatusRuntimeException e) {
            throw new IOException(address + " did not tell its term: " + e.getStatus(), e);
        }
    }
}
