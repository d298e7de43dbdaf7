package dev.mure.manager.api;

import dev.mure.manager.leader.Refusal;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Node;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds what a user means by a word: the exact id, else the exact name, else the one id that begins so. */
final class NodeLookup {

    private NodeLookup() {}

    /**
     * The node that is meant.
     *
     * @throws Refusal if there is none, or more than one
     */
    static Node find(ClusterState state, String reference) throws Refusal {
        SpecValidation.require(!reference.isEmpty(), "node: say which one, by id, name or the beginning of its id");
        Optional<Node> exact = state.node(reference);
        if (exact.isPresent()) {
            return exact.get();
        }
        List<Node> named = matching(state, node -> node.getName().equals(reference));
        List<Node> found =
                named.isEmpty() ? matching(state, node -> node.getId().startsWith(reference)) : named;
        return switch (found.size()) {
            case 0 -> throw new Refusal(Refusal.Kind.NOT_FOUND,
                    "node " + ServiceLookup.plain(reference) + " not found");
            case 1 -> found.getFirst();
            default -> throw new Refusal(Refusal.Kind.INVALID, "node " + ServiceLookup.plain(reference)
                    + " is ambiguous (" + found.size() + " matches found): use the id");
        };
    }

    private static List<Node> matching(ClusterState state, Predicate<Node> wanted) {
        return state.nodes().stream().filter(wanted).toList();
    }
}
