package dev.mure.agent.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Which manager to try next: the one that served last, then all others in random order, so that the agents of a lost manager
 * spread over the rest. Used by one thread.
 */
final class ManagerRoster {

    private final List<String> configured;
    private final Random random;
    private final Set<String> known = new LinkedHashSet<>();
    private final Deque<String> round = new ArrayDeque<>();
    private Optional<String> lastGood = Optional.empty();

    /**
     * Makes a roster.
     *
     * @param configured
     *            addresses given at start, which are never dropped; at least one, or one learned
     * @param learned
     *            what an earlier agent was told by the cluster
     */
    ManagerRoster(List<String> configured, List<String> learned, Random random) {
        this.configured = List.copyOf(configured);
        this.random = random;
        known.addAll(learned);
        known.addAll(configured);
        if (known.isEmpty()) {
            throw new IllegalArgumentException("no manager's address");
        }
    }

    /** The next one to try. In each round of {@link #size} tries every manager comes up once. */
    String next() {
        if (round.isEmpty()) {
            List<String> shuffled = new ArrayList<>(known);
            Collections.shuffle(shuffled, random);
            lastGood.filter(shuffled::remove).ifPresent(good -> shuffled.addFirst(good));
            round.addAll(shuffled);
        }
        return round.removeFirst();
    }

    int size() {
        return known.size();
    }

    /** That one serves us; it is the first to be tried after the session. */
    void served(String manager) {
        lastGood = Optional.of(manager);
        round.clear();
    }

    /** That one is lost: it comes last in the next round. */
    void lost(String manager) {
        if (lastGood.filter(manager::equals).isPresent()) {
            lastGood = Optional.empty();
            round.clear();
            List<String> others = new ArrayList<>(known);
            others.remove(manager);
            Collections.shuffle(others, random);
            round.addAll(others);
            round.add(manager);
        }
    }

    /** The cluster told which managers there are; the configured ones stay. */
    void learn(Collection<String> managers) {
        known.clear();
        known.addAll(managers);
        known.addAll(configured);
        round.removeIf(manager -> !known.contains(manager));
    }
}
