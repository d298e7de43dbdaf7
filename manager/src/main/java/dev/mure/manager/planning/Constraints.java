package dev.mure.manager.planning;

import dev.mure.v1.Node;
import dev.mure.v1.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The constraints of a placement (update-semantics §9): {@code KEY==VALUE} or {@code KEY!=VALUE}, all of which must hold. Keys are
 * {@code node.id}, {@code node.hostname}, {@code node.role}, {@code node.platform.os}, {@code node.platform.arch} and
 * {@code node.labels.LABEL}; keys and values are compared ignoring case, labels not. A missing label equals nothing.
 *
 * <p>{@code node.hostname} is the name that {@code node ls} shows under HOSTNAME: that of the machine unless the node was given one.
 * The role of a node with a manager is {@code manager}, of any other {@code worker}.
 */
public final class Constraints {

    /** Empty if one of them can't be parsed. */
    private final Optional<List<Constraint>> all;

    private Constraints(Optional<List<Constraint>> all) {
        this.all = all;
    }

    public static Constraints of(Placement placement) {
        List<Constraint> all = new ArrayList<>(placement.getConstraintsCount());
        for (String text : placement.getConstraintsList()) {
            switch (Constraint.parse(text)) {
                case Constraint.Parsed.Valid(Constraint constraint) -> all.add(constraint);
                case Constraint.Parsed.Faulty _ -> {
                    return new Constraints(Optional.empty());
                }
            }
        }
        return new Constraints(Optional.of(all));
    }

    /** Whether all constraints hold for the node; one that can't be parsed holds nowhere. */
    public boolean metBy(Node node) {
        return all.isPresent() && all.get().stream().allMatch(constraint -> constraint.met(node));
    }

    /** Whether all constraints hold for the node; one that can't be parsed holds nowhere. */
    public static boolean met(Placement placement, Node node) {
        return of(placement).metBy(node);
    }

    /** What is wrong with the text of one constraint, in one line that quotes it; empty if nothing is. */
    public static Optional<String> fault(String text) {
        return switch (Constraint.parse(text)) {
            case Constraint.Parsed.Valid _ -> Optional.empty();
            case Constraint.Parsed.Faulty(String why) -> Optional.of(why);
        };
    }
}
