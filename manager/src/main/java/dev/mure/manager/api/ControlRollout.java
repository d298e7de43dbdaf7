package dev.mure.manager.api;

import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Decision;
import dev.mure.manager.leader.Refusal;
import dev.mure.manager.rollout.Rollback;
import dev.mure.manager.rollout.RolloutControl;
import dev.mure.manager.rollout.RolloutControl.Outcome;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.ControlRolloutRequest;
import dev.mure.v1.ControlRolloutResponse;
import dev.mure.v1.Mutation;
import dev.mure.v1.Revision;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.Service;
import dev.mure.v1.SetRollout;
import dev.mure.v1.StepRollout;
import java.util.List;
import java.util.Optional;

/** Steers the rollout of a service as a user says. */
record ControlRollout(ControlRolloutRequest request) implements Decision<ControlRolloutResponse> {

    @Override
    public Decided<ControlRolloutResponse> decide(ClusterState pending, long nowMillis) throws Refusal {
        Service service = ServiceLookup.find(pending, request.getService());
        List<Mutation> mutations = mutationsOf(outcome(pending, service, nowMillis));
        ClusterState after = Ahead.of(pending, mutations, nowMillis);
        return new Decided<>(mutations, Optional.empty(), ControlRolloutResponse.newBuilder()
                .setServiceId(service.getId())
                .setState(after.rollout(service.getId())
                        .map(Rollout::getState)
                        .orElse(RolloutState.ROLLOUT_STATE_UNSPECIFIED))
                .setRevision(after.service(service.getId()).orElse(service).getRevision())
                .setIndex(Ahead.index(pending, mutations))
                .build());
    }

    private Outcome outcome(ClusterState pending, Service service, long nowMillis) throws Refusal {
        return switch (request.getActionCase()) {
            case PAUSE -> RolloutControl.pause(pending, service);
            case RESUME -> RolloutControl.resume(pending, service, nowMillis);
            case STEP -> RolloutControl.step(pending, service, slots(request.getStep()), nowMillis);
            case PROMOTE -> RolloutControl.promote(pending, service, nowMillis);
            case ABORT -> abort(pending, service, nowMillis);
            case SET -> RolloutControl.set(pending, service, changes(request.getSet()));
            case ACTION_NOT_SET -> throw new Refusal(Refusal.Kind.INVALID,
                    "action: say what to do with the rollout: pause, resume, step, promote, abort or set");
        };
    }

    private static int slots(StepRollout step) throws Refusal {
        int slots = step.getSlots();
        SpecValidation.require(slots >= 1 && slots <= SpecValidation.MAX_REPLICAS, "step: "
                + Integer.toUnsignedString(slots) + " slots are not possible: use 1 to " + SpecValidation.MAX_REPLICAS);
        return slots;
    }

    private static SetRollout changes(SetRollout changes) throws Refusal {
        new UpdateConfigValidation("").check(changes);
        return SpecDefaults.complete(changes);
    }

    private static Outcome abort(ClusterState pending, Service service, long nowMillis) throws Refusal {
        Optional<Revision> target = Rollback.target(pending, service);
        Outcome outcome = RolloutControl.abort(pending, service, nowMillis);
        if (target.isPresent() && outcome instanceof Outcome.Changed) {
            RevisionNeeds.require(pending, service, target.get());
        }
        return outcome;
    }

    static List<Mutation> mutationsOf(Outcome outcome) throws Refusal {
        return switch (outcome) {
            case Outcome.Changed(List<Mutation> mutations) -> mutations;
            case Outcome.Refused(String reason) -> throw new Refusal(Refusal.Kind.FAILED_PRECONDITION, reason);
        };
    }
}
