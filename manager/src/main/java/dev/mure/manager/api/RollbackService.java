package dev.mure.manager.api;

import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Decision;
import dev.mure.manager.leader.Refusal;
import dev.mure.manager.planning.CurrentSpec;
import dev.mure.manager.rollout.Rollback;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Mutation;
import dev.mure.v1.Revision;
import dev.mure.v1.RollbackServiceRequest;
import dev.mure.v1.RollbackServiceResponse;
import dev.mure.v1.Service;
import java.util.List;
import java.util.Optional;

/**
 * Makes an older revision the current one again. Without a number that is the newest one that was seen to work, not merely the one
 * before (update-semantics §16.2), and it is checked first that what it needs is still there (§16.19).
 */
record RollbackService(RollbackServiceRequest request) implements Decision<RollbackServiceResponse> {

    private static final String MESSAGE = "manually requested rollback";

    @Override
    public Decided<RollbackServiceResponse> decide(ClusterState pending, long nowMillis) throws Refusal {
        Service service = ServiceLookup.find(pending, request.getService());
        if (request.getSpecVersion() != 0 && request.getSpecVersion() != service.getSpecVersion()) {
            throw ServiceLookup.outOfSequence(service, request.getSpecVersion());
        }
        Revision target = target(pending, service);
        if (target.getNumber() == service.getRevision()) {
            return stay(pending, service);
        }
        RevisionNeeds.require(pending, service, target);
        List<Mutation> mutations = Rollback.to(pending, service, target, MESSAGE, nowMillis);
        return new Decided<>(mutations, Optional.empty(), answer(service, target.getNumber())
                .setIndex(Ahead.index(pending, mutations))
                .build());
    }

    private Revision target(ClusterState pending, Service service) throws Refusal {
        if (request.getToRevision() != 0) {
            return RevisionLookup.find(pending, service, request.getToRevision());
        }
        return Rollback.target(pending, service)
                .orElseThrow(() -> new Refusal(Refusal.Kind.FAILED_PRECONDITION, "service " + service.getName()
                        + " has no stable revision to go back to: name one of those kept ("
                        + RevisionLookup.kept(pending, service) + ") with --to"));
    }

    /** It is the current revision already; a slot that does not run it is the business of the rollout that is there. */
    private static Decided<RollbackServiceResponse> stay(ClusterState pending, Service service) throws Refusal {
        CurrentSpec current = new CurrentSpec(pending, service);
        boolean moved = pending.tasksOfService(service.getId())
                .stream()
                .filter(TaskStates::wanted)
                .allMatch(current::clean);
        if (!moved) {
            throw new Refusal(Refusal.Kind.FAILED_PRECONDITION, "service " + service.getName()
                    + " is on its way to revision " + service.getRevision()
                    + " already: resume its rollout, or name another revision with --to");
        }
        return Decided.unchanged(
                answer(service, service.getRevision()).setUnchanged(true).setIndex(pending.index()).build());
    }

    private static RollbackServiceResponse.Builder answer(Service service, long revision) {
        return RollbackServiceResponse.newBuilder().setId(service.getId()).setRevision(revision);
    }
}
