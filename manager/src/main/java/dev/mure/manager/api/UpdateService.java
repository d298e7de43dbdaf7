package dev.mure.manager.api;

import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Decision;
import dev.mure.manager.leader.Refusal;
import dev.mure.manager.planning.RolloutStates;
import dev.mure.manager.rollout.RolloutControl;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Mutation;
import dev.mure.v1.Revision;
import dev.mure.v1.Rollout;
import dev.mure.v1.Service;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.UpdateConfig;
import dev.mure.v1.UpdateServiceRequest;
import dev.mure.v1.UpdateServiceResponse;
import dev.mure.v1.UpdateServiceResponse.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Replaces the spec of a service.
 *
 * <p>A changed task spec becomes a new revision; the rollout planner begins its rollout and takes over what the one before left
 * half done. Every other update resumes a paused rollout, as Docker does, with one exception: a mere scale, which says nothing about
 * the update that stopped. A changed policy holds for a rollout that is there as well.
 */
record UpdateService(UpdateServiceRequest request) implements Decision<UpdateServiceResponse> {

    @Override
    public Decided<UpdateServiceResponse> decide(ClusterState pending, long nowMillis) throws Refusal {
        Service service = ServiceLookup.find(pending, request.getService());
        requireUnchangedSince(service);
        SpecValidation.check(request.getSpec());
        ServiceSpec before = SpecDefaults.complete(new ServiceViews(pending).spec(service));
        ServiceSpec after = SpecDefaults.complete(request.getSpec());
        requireSameIdentity(before, after);
        return after.getTask().equals(before.getTask())
                ? change(pending, service, before, after, nowMillis)
                : newRevision(pending, service, after);
    }

    private void requireUnchangedSince(Service service) throws Refusal {
        if (service.getSpecVersion() != request.getSpecVersion()) {
            throw ServiceLookup.outOfSequence(service, request.getSpecVersion());
        }
        if (request.getIfRevision() != 0 && request.getIfRevision() != service.getRevision()) {
            throw new Refusal(Refusal.Kind.CONFLICT, "if-revision: service " + service.getName() + " is at revision "
                    + service.getRevision() + ", not " + Long.toUnsignedString(request.getIfRevision())
                    + ": look at what changed and repeat the update");
        }
    }

    private static void requireSameIdentity(ServiceSpec before, ServiceSpec after) throws Refusal {
        SpecValidation.require(after.getName().equals(before.getName()),
                "renaming services is not supported: this one is called " + before.getName());
        SpecValidation.require(after.getModeCase() == before.getModeCase(),
                "service mode change is not allowed: remove the service and create it again");
    }

    private static Decided<UpdateServiceResponse> newRevision(ClusterState pending, Service service,
            ServiceSpec after) {
        long number = 1 + pending.revisionsOf(service.getId()).stream()
                .mapToLong(Revision::getNumber)
                .reduce(service.getRevision(), Math::max);
        Revision revision =
                Revision.newBuilder().setServiceId(service.getId()).setNumber(number).setTask(after.getTask()).build();
        return decided(pending, service, Effect.NEW_REVISION, number,
                List.of(Mutation.newBuilder().setPutRevision(revision).build(),
                        put(StoredSpec.into(service.toBuilder(), after).setRevision(number).build())));
    }

    private static Decided<UpdateServiceResponse> change(ClusterState pending, Service service, ServiceSpec before,
            ServiceSpec after, long nowMillis) throws Refusal {
        List<Mutation> mutations = new ArrayList<>();
        boolean changed = !after.equals(before);
        if (changed) {
            mutations.add(put(StoredSpec.into(service.toBuilder(), after).build()));
            policyUnderWay(pending, service, before, after).ifPresent(mutations::add);
        }
        boolean resumes = pending.rollout(service.getId()).filter(RolloutStates::paused).isPresent()
                && (!changed || !onlyScales(before, after));
        if (resumes) {
            mutations.addAll(resume(Ahead.of(pending, mutations, nowMillis), service.getId(), nowMillis));
        }
        Effect withoutChange = mutations.isEmpty() ? Effect.UNCHANGED : Effect.RESUMED;
        return decided(pending, service, changed ? Effect.SPEC_CHANGED : withoutChange, service.getRevision(),
                mutations);
    }

    /** The rollout that is there goes on by the new policy, if that is the one it goes by and it is not over. */
    private static Optional<Mutation> policyUnderWay(ClusterState pending, Service service, ServiceSpec before,
            ServiceSpec after) {
        return pending.rollout(service.getId())
                .filter(rollout -> RolloutStates.underWay(rollout) || RolloutStates.paused(rollout))
                .filter(rollout -> !policyFor(rollout, after).equals(policyFor(rollout, before)))
                .map(rollout -> rollout.toBuilder().setPolicy(policyFor(rollout, after)).build())
                .map(rollout -> Mutation.newBuilder().setPutRollout(rollout).build());
    }

    private static UpdateConfig policyFor(Rollout rollout, ServiceSpec spec) {
        return RolloutStates.rollback(rollout) ? spec.getRollback() : spec.getUpdate();
    }

    private static boolean onlyScales(ServiceSpec before, ServiceSpec after) {
        return after.toBuilder().setReplicated(before.getReplicated()).build().equals(before);
    }

    private static List<Mutation> resume(ClusterState state, String serviceId, long nowMillis) throws Refusal {
        Service service = state.service(serviceId).orElseThrow();
        return ControlRollout.mutationsOf(RolloutControl.resume(state, service, nowMillis));
    }

    private static Mutation put(Service service) {
        return Mutation.newBuilder().setPutService(service).build();
    }

    private static Decided<UpdateServiceResponse> decided(ClusterState pending, Service service, Effect effect,
            long revision, List<Mutation> mutations) {
        return new Decided<>(mutations, Optional.empty(), UpdateServiceResponse.newBuilder()
                .setId(service.getId())
                .setEffect(effect)
                .setRevision(revision)
                .setIndex(Ahead.index(pending, mutations))
                .build());
    }
}
