package dev.mure.manager.raft;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Whether a voter may be taken out of the group. The words are Docker's. */
final class RemovalRule {

    private RemovalRule() {}

    /**
     * What speaks against it; empty if nothing does. The others must be able to go on without the one that leaves: more than half
     * of them have to answer.
     *
     * @param answers whether a voter can be counted on, by its peer id
     */
    static Optional<String> obstacle(Voters voters, String leaving, Predicate<String> answers) {
        List<String> others =
                voters.current().stream().map(Voter::peerId).filter(peer -> !peer.equals(leaving)).toList();
        if (others.isEmpty()) {
            return Optional.of("attempting to demote the last manager of the swarm");
        }
        long online = others.stream().filter(answers).count();
        return online > others.size() / 2
                ? Optional.empty()
                : Optional.of("can't remove member from the raft: this would result in a loss of quorum (" + online
                        + " of the " + others.size() + " other managers " + (online == 1 ? "answers" : "answer") + ")");
    }
}
