package dev.mure.manager.raft;

import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Who votes. While the members are being changed, both the old and the new set have a say.
 *
 * @param current the members
 * @param previous the members before a change that is under way; else empty
 * @param logIndex log index of the entry that set them
 */
record Voters(Set<Voter> current, Set<Voter> previous, long logIndex) {
    Voters {
        current = Set.copyOf(current);
        previous = Set.copyOf(previous);
    }

    /** Whether those that fulfil the condition are a majority, of both sets if there are two. */
    boolean majority(Predicate<String> condition) {
        return majority(current, condition) && (previous.isEmpty() || majority(previous, condition));
    }

    boolean stable() {
        return previous.isEmpty();
    }

    Optional<Voter> find(String peerId) {
        return all().stream().filter(voter -> voter.peerId().equals(peerId)).findAny();
    }

    /** Old and new members, each once, by id. */
    Set<Voter> all() {
        TreeMap<String, Voter> byId = new TreeMap<>();
        previous.forEach(voter -> byId.put(voter.peerId(), voter));
        current.forEach(voter -> byId.put(voter.peerId(), voter));
        return Set.copyOf(byId.values());
    }

    private static boolean majority(Set<Voter> voters, Predicate<String> condition) {
        return voters.stream().filter(voter -> condition.test(voter.peerId())).count() > voters.size() / 2;
    }
}
