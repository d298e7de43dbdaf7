package dev.mure.manager.raft;

import java.io.IOException;
import java.time.Duration;

/**
 * Keeps the connections to the other members open. Followers have nothing to tell each other until an election, and then the handshake
 * of a connection that is made only now would take longer than the election.
 */
final class OpenPaths implements AutoCloseable {

    private static final Duration PERIOD = Duration.ofSeconds(2);

    private final LocalServer server;
    private final Thread thread = Thread.ofVirtual().name("raft-paths").unstarted(this::run);

    OpenPaths(LocalServer server) {
        this.server = server;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(PERIOD);
                for (Voter voter : server.voters().current()) {
                    if (!voter.peerId().equals(server.peerId())) {
                        knock(voter);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void knock(Voter voter) {
        try {
            server.knock(voter.peerId());
        } catch (IOException | RuntimeException e) {
            // As expected: it answers that it knows nothing of what it was asked about, or not at all.
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
