package dev.mure.manager.rollout;

import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Mutation;
import dev.mure.v1.Revision;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.Service;
import dev.mure.v1.TaskSpec;
import java.util.List;
import java.util.Optional;

/**
 * Makes an older revision the current one again. Other than in Docker the way back leads to what was last seen to work, not to
 * whatever was there before (update-semantics §16.2), and replicas, labels and policies stay as they are.
 */
public final class Rollback {

    private Rollback() {}

    /**
     * Where a rollback goes if nobody says where: the newest stable revision with another spec than the current one. Who updates to a
     * spec again after a rollback has two revisions of it, and wants to get away from both.
     */
    public static Optional<Revision> target(ClusterState state, Service service) {
        Optional<TaskSpec> current = state.currentRevision(service).map(Revision::getTask);
        return state.revisionsOf(service.getId())
                .stream()
                .filter(Revision::getStable)
                .filter(revision -> revision.getNumber() != service.getRevision())
                .filter(revision -> !current.equals(Optional.of(revision.getTask())))
                .reduce((older, newer) -> newer);
    }

    /**
     * The mutations of a rollback: its rollout is put in the place of the one that is there, and the revision becomes the current
     * one. The rollout comes first: it says by itself what is to be done, so a leader that finds only that completes it.
     *
     * @param message for the user; Docker's wording of UpdateStatus.Message
     */
    public static List<Mutation> to(ClusterState state, Service service, Revision target, String message,
            long nowMillis) {
        Service back = service.toBuilder().setRevision(target.getNumber()).build();
        Rollout rollout =
                RolloutStart.backTo(state, service, back, state.rollout(service.getId()), message, nowMillis);
        return List.of(
                Mutation.newBuilder().setPutRollout(rollout).build(),
                Mutation.newBuilder().setPutService(back).build());
    }

    /** The service as a rollback wants it that was begun but not carried through; empty if there is none. */
    static Optional<Service> unfinished(Service service, Optional<Rollout> rollout) {
        return rollout.filter(known -> known.getState() == RolloutState.ROLLOUT_STATE_ROLLBACK_STARTED)
                .filter(known -> known.getFromRevision() == service.getRevision()
                        && known.getToRevision() != service.getRevision())
                .map(known -> service.toBuilder().setRevision(known.getToRevision()).build());
    }
}
