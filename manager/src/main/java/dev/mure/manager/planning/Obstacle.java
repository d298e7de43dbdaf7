package dev.mure.manager.planning;

/** Why a node can't take a task, in the order in which nodes are asked; the first that applies is told (update-semantics §9). */
public enum Obstacle {

    /** It is not ready, or a user keeps new tasks away from it. */
    NOT_AVAILABLE,
    /** Less is left than the task reserves. */
    RESOURCES,
    /** It does not meet the constraints. */
    CONSTRAINTS,
    /** Another task holds a port. */
    HOST_PORT;

    /** Docker's words for it. */
    String on(int count) {
        String nodes = count == 1 ? "1 node" : count + " nodes";
        return switch (this) {
            case NOT_AVAILABLE -> nodes + " not available for new tasks";
            case RESOURCES -> "insufficient resources on " + nodes;
            case CONSTRAINTS -> "scheduling constraints not satisfied on " + nodes;
            case HOST_PORT -> "host-mode port already in use on " + nodes;
        };
    }
}
