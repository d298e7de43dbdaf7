package dev.mure.manager.scheduler;

import dev.mure.v1.Node;
import dev.mure.v1.NodeState;
import java.util.Collection;

/** Which nodes may get tasks at all, and how their absence is told (the wording of update-semantics §9). */
final class Eligibility {

    private Eligibility() {}

    static boolean fits(Node node) {
        return node.getState() == NodeState.NODE_STATE_READY && node.getAvailability() == Node.Availability.ACTIVE;
    }

    /** Why none of the nodes fits. A node without an agent is no candidate and not counted. */
    static String whyNone(Collection<Node> nodes) {
        long unavailable = nodes.stream().filter(Node::hasDescription).filter(node -> !fits(node)).count();
        if (unavailable == 0) {
            return "no suitable node";
        }
        return "no suitable node (" + unavailable + (unavailable == 1 ? " node" : " nodes")
                + " not available for new tasks)";
    }
}
