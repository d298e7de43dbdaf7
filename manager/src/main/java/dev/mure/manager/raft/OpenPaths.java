package dev.mure.manager.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps the connections to the other members open. Followers have nothing to tell each other until an election, and then the handshake
 * of a connection that is made only now would take longer than the election.
 */
final class OpenPaths implements AutoCloseable {

    private static final Duration PERIOD = Duration.ofSeconds(2);
    /** A member that has just come may lead a moment later. */
    private static final Duration LOOK_FOR_NEW = Duration.ofMillis(100);

    private final LocalServer server;
    private final Runnable removed;
    private final Map<String, Long> knocked = new HashMap<>();
    private final Thread thread = Thread.ofVirtual().name("raft-paths").unstarted(this::run);

    /**
     * Of one member.
     *
     * @param removed told when another member says that this one was removed
     */
    OpenPaths(LocalServer server, Runnable removed) {
        this.server = server;
        this.removed = removed;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                Set<String> others = server.voters().current().stream().map(Voter::peerId)
                        .filter(peer -> !peer.equals(server.peerId())).collect(Collectors.toSet());
                knocked.keySet().retainAll(others);
                for (String peer : others) {
                    long now = System.nanoTime();
                    if (!knocked.containsKey(peer) || now - knocked.get(peer) >= PERIOD.toNanos()) {
                        knocked.put(peer, now);
                        knock(peer);
                    }
                }
                Thread.sleep(LOOK_FOR_NEW);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** It answers that it knows nothing of what it was asked about, or not at all. */
    private void knock(String peer) {
        try {
            server.knock(peer);
        } catch (IOException | RuntimeException e) {
            if (PeerTrafficOnly.saysRemoved(e)) {
                removed.run();
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
