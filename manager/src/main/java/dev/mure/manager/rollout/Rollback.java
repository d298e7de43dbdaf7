package dev.mure.manager.rollout;

import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Mutation;
import dev.mure.v1.Revision;
import dev.mure.v1.Service;
import java.util.List;
import java.util.Optional;

/** Makes an older revision the current one again. */
public final class Rollback {

    private Rollback() {}

    /** Where a rollback goes if nobody says where: the newest stable revision other than the current one. */
    public static Optional<Revision> target(ClusterState state, Service service) {
        return state.revisionsOf(service.getId())
                .stream()
                .filter(Revision::getStable)
                .filter(revision -> revision.getNumber() != service.getRevision())
                .reduce((older, newer) -> newer);
    }

    /**
     * The mutations of a rollback: the revision becomes the current one, and its rollout is put in the place of the one that is
     * there. Replicas, labels and policies stay.
     *
     * @param message for the user; Docker's wording of UpdateStatus.Message
     */
    public static List<Mutation> to(ClusterState state, Service service, Revision target, String message,
            long nowMillis) {
        return List.of();
    }
}
