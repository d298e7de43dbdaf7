package dev.mure.manager.api;

import dev.mure.manager.leader.Refusal;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Revision;
import dev.mure.v1.Service;
import java.util.stream.Collectors;

/** Finds a revision by its number. */
final class RevisionLookup {

    private RevisionLookup() {}

    /**
     * The revision of that number.
     *
     * @throws Refusal if there is none, with the numbers of those that are kept
     */
    static Revision find(ClusterState state, Service service, long number) throws Refusal {
        return state.revision(service.getId(), number)
                .orElseThrow(() -> new Refusal(Refusal.Kind.NOT_FOUND, "service " + service.getName()
                        + " has no revision " + Long.toUnsignedString(number) + ": those kept are "
                        + kept(state, service)));
    }

    /** The numbers of the revisions that are kept. */
    static String kept(ClusterState state, Service service) {
        return state.revisionsOf(service.getId())
                .stream()
                .map(revision -> Long.toString(revision.getNumber()))
                .collect(Collectors.joining(", "));
    }
}
