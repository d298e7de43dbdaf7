package dev.mure.manager.planning;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What kept a task from nodes, one obstacle each, and how that is told: in Docker's words, the most frequent first. */
public final class Obstacles {

    private final Map<Obstacle, Integer> nodes = new EnumMap<>(Obstacle.class);

    public void add(Obstacle obstacle) {
        nodes.merge(obstacle, 1, Integer::sum);
    }

    /** For example {@code no suitable node (insufficient resources on 2 nodes; host-mode port already in use on 1 node)}. */
    public String noSuitableNode() {
        return nodes.isEmpty() ? "no suitable node" : "no suitable node (" + reasons() + ")";
    }

    /** The part in brackets; says so if there was no node to ask. */
    String reasons() {
        return nodes.isEmpty()
                ? "no suitable node"
                : nodes.entrySet()
                        .stream()
                        .sorted(Map.Entry.<Obstacle, Integer>comparingByValue(Comparator.reverseOrder())
                                .thenComparing(Map.Entry.comparingByKey()))
                        .map(entry -> entry.getKey().on(entry.getValue()))
                        .collect(Collectors.joining("; "));
    }
}
