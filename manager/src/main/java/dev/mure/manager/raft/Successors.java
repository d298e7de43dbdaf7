package dev.mure.manager.raft;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Who may take over leadership when it is given up on purpose. */
final class Successors {

    private Successors() {}

    /**
     * The other voters that answer, the one that is to be asked first in front: who has most of the log leads soonest, for the rest
     * has to be sent first.
     *
     * @param silence time since the last answer of each follower
     * @param committed log index up to which each member is known to have committed
     * @param answering a voter that was silent for longer is left out
     */
    static List<String> inOrder(String self, Voters voters, Map<String, Duration> silence, Map<String, Long> committed,
            Duration answering) {
        return voters.current()
                .stream()
                .map(Voter::peerId)
                .filter(peer -> !peer.equals(self))
                .filter(peer -> silence.containsKey(peer) && silence.get(peer).compareTo(answering) <= 0)
                .sorted(Comparator.<String, Long>comparing(peer -> committed.getOrDefault(peer, -1L))
                        .reversed()
                        .thenComparing(silence::get)
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }
}
