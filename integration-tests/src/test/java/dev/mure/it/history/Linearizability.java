package dev.mure.it.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether the operations on one register can be put in an order in which each takes effect at one moment between its call and its
 * answer. A search over such orders that looks at no pair of (operations done, value) twice, after Wing and Gong, <cite>Testing and
 * Verifying Concurrent Objects</cite> (1993), and Lowe, <cite>Testing for Linearizability</cite> (2017).
 */
public final class Linearizability {

    /** A point of the search: what was put in order so far, and what the register holds then. */
    private record Point(BitSet done, long value) {}

    private final List<Operation> operations;
    private final Set<Point> seen = new HashSet<>();
    private Point furthest;

    private Linearizability(List<Operation> operations, long initial) {
        this.operations = operations.stream().sorted(Comparator.comparingLong(Operation::invoked)).toList();
        this.furthest = new Point(new BitSet(), initial);
    }

    /**
     * Looks for an order.
     *
     * @param initial
     *            what the register holds before all operations
     * @return what can't be put in order; empty if the history is linearizable
     */
    public static Optional<String> violation(List<Operation> operations, long initial) {
        return new Linearizability(operations, initial).search();
    }

    private Optional<String> search() {
        Deque<Point> open = new ArrayDeque<>();
        open.push(furthest);
        seen.add(furthest);
        while (!open.isEmpty()) {
            Point point = open.pop();
            if (point.done.cardinality() > furthest.done.cardinality()) {
                furthest = point;
            }
            List<Integer> next = candidates(point.done);
            if (next.stream().noneMatch(index -> operations.get(index).call().certain())) {
                return Optional.empty();
            }
            for (int index : next.reversed()) {
                long value = operations.get(index).call().after(point.value);
                if (value != Operation.IMPOSSIBLE) {
                    BitSet done = (BitSet) point.done.clone();
                    done.set(index);
                    Point following = new Point(done, value);
                    if (seen.add(following)) {
                        open.push(following);
                    }
                }
            }
        }
        return Optional.of(explanation());
    }

    /** What may come next: whatever was called before the first of the others was answered. */
    private List<Integer> candidates(BitSet done) {
        List<Integer> candidates = new ArrayList<>();
        long firstAnswer = Long.MAX_VALUE;
        for (int index = done.nextClearBit(0); index < operations.size(); index = done.nextClearBit(index + 1)) {
            Operation operation = operations.get(index);
            if (operation.invoked() > firstAnswer) {
                break;
            }
            candidates.add(index);
            firstAnswer = Math.min(firstAnswer, operation.returned());
        }
        return candidates;
    }

    private String explanation() {
        return furthest.done.cardinality() + " of " + operations.size()
                + " operations can be put in order; then the register holds "
                + furthest.value + ", and the next can only be one of: "
                + candidates(furthest.done).stream().map(index -> operations.get(index).toString())
                        .collect(Collectors.joining("; "));
    }
}
