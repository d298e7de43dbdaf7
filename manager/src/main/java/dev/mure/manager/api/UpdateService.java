package dev.mure.manager.api;

import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Decision;
import dev.mure.manager.leader.Refusal;
import dev.mure.manager.rollout.RolloutControl;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Mutation;
import dev.mure.v1.Revision;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.Service;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.UpdateServiceRequest;
import dev.mure.v1.UpdateServiceResponse;
import dev.mure.v1.UpdateServiceResponse.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Replaces the spec of a service.
 *
 * <p>A changed task spec becomes a new revision and takes the old rollout away, whatever became of it; the rollout planner begins
 * another. Every other update resumes a paused rollout, as Docker does, with one exception: a mere scale, which says nothing about
 * the update that stopped.
 */
record UpdateService(UpdateServiceRequest request) implements Decision<UpdateServiceResponse> {

    @Override
    public Decided<UpdateServiceResponse> decide(ClusterState pending, long nowMillis) throws Refusal {
        Service service = ServiceLookup.find(pending, request.getService());
        requireVersion(service);
        SpecValidation.check(request.getSpec());
        if (!request.getSpec().getName().equals(service.getName())) {
            throw new Refusal(Refusal.Kind.INVALID,
                    "renaming services is not supported: this one is called " + service.getName());
        }
        ServiceSpec before = new ServiceViews(pending).spec(service);
        ServiceSpec after = SpecDefaults.complete(request.getSpec());
        if (after.getModeCase() != before.getModeCase()) {
            throw new Refusal(Refusal.Kind.INVALID,
                    "service mode change is not allowed: remove the service and create it again");
        }
        Optional<Rollout> paused = pending.rollout(service.getId())
                .filter(rollout -> rollout.getState() == RolloutState.ROLLOUT_STATE_PAUSED);
        if (after.equals(before)) {
            return paused.isPresent()
                    ? decided(pending, service, Effect.RESUMED, resumed(pending, service, nowMillis))
                    : Decided.unchanged(answer(service, Effect.UNCHANGED, service.getRevision(), pending.index()));
        }
        if (!after.getTask().equals(before.getTask())) {
            return newRevision(pending, service, after);
        }
        List<Mutation> mutations = new ArrayList<>();
        Service changed = with(service, after);
        mutations.add(Mutation.newBuilder().setPutService(changed).build());
        if (paused.isPresent() && !onlyScales(before, after)) {
            mutations.addAll(resumed(pending, changed, nowMillis));
        }
        return decided(pending, service, Effect.SPEC_CHANGED, mutations);
    }

    private void requireVersion(Service service) throws Refusal {
        if (service.getSpecVersion() != request.getSpecVersion()) {
            throw new Refusal(Refusal.Kind.CONFLICT, "update out of sequence: service " + service.getName()
                    + " is at version " + service.getSpecVersion() + ", not "
                    + Long.toUnsignedString(request.getSpecVersion())
                    + ": read it again and repeat the change");
        }
    }

    private static Decided<UpdateServiceResponse> newRevision(ClusterState pending, Service service,
            ServiceSpec after) {
        long number = 1 + pending.revisionsOf(service.getId()).stream()
                .mapToLong(Revision::getNumber)
                .reduce(service.getRevision(), Math::max);
        List<Mutation> mutations = new ArrayList<>();
        mutations.add(Mutation.newBuilder()
                .setPutRevision(
                        Revision.newBuilder().setServiceId(service.getId()).setNumber(number).setTask(after.getTask()))
                .build());
        mutations
                .add(Mutation.newBuilder().setPutService(with(service, after).toBuilder().setRevision(number)).build());
        if (pending.rollout(service.getId()).isPresent()) {
            mutations.add(Mutation.newBuilder().setRemoveRollout(service.getId()).build());
        }
        return new Decided<>(mutations, Optional.empty(),
                answer(service, Effect.NEW_REVISION, number, pending.index() + 1));
    }

    private static Service with(Service service, ServiceSpec spec) {
        return service.toBuilder()
                .clearLabels()
                .addAllLabels(spec.getLabelsList())
                .setReplicated(spec.getReplicated())
                .setUpdate(spec.getUpdate())
                .build();
    }

    private static boolean onlyScales(ServiceSpec before, ServiceSpec after) {
        return after.toBuilder().setReplicated(before.getReplicated()).build().equals(before);
    }

    private static List<Mutation> resumed(ClusterState pending, Service service, long nowMillis) {
        return switch (RolloutControl.resume(pending, service, nowMillis)) {
            case RolloutControl.Outcome.Changed(List<Mutation> mutations) -> mutations;
            case RolloutControl.Outcome.Refused _ -> List.of();
        };
    }

    private static Decided<UpdateServiceResponse> decided(ClusterState pending, Service service, Effect effect,
            List<Mutation> mutations) {
        return new Decided<>(mutations, Optional.empty(),
                answer(service, effect, service.getRevision(), pending.index() + 1));
    }

    private static UpdateServiceResponse answer(Service service, Effect effect, long revision, long index) {
        return UpdateServiceResponse.newBuilder()
                .setId(service.getId())
                .setEffect(effect)
                .setRevision(revision)
                .setIndex(index)
                .build();
    }
}
