package dev.mure.manager.api;

import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Decision;
import dev.mure.manager.leader.Refusal;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.CreateServiceResponse;
import dev.mure.v1.Mutation;
import dev.mure.v1.Revision;
import dev.mure.v1.Service;
import dev.mure.v1.ServiceSpec;
import java.util.List;
import java.util.Optional;

/** Makes a service with its first revision; the planners make its tasks. */
record CreateService(String id, ServiceSpec spec) implements Decision<CreateServiceResponse> {

    @Override
    public Decided<CreateServiceResponse> decide(ClusterState pending, long nowMillis) throws Refusal {
        SpecValidation.check(spec);
        if (pending.cluster().isEmpty()) {
            throw new Refusal(Refusal.Kind.FAILED_PRECONDITION, "this cluster is not initialised yet");
        }
        if (pending.serviceByName(spec.getName()).isPresent()) {
            throw new Refusal(Refusal.Kind.ALREADY_EXISTS,
                    "name conflicts with an existing object: service " + spec.getName() + " already exists");
        }
        ServiceSpec full = SpecDefaults.complete(spec);
        Service service =
                StoredSpec.into(Service.newBuilder().setId(id).setName(full.getName()), full).setRevision(1).build();
        Revision revision = Revision.newBuilder().setServiceId(id).setNumber(1).setTask(full.getTask()).build();
        return new Decided<>(
                List.of(Mutation.newBuilder().setPutRevision(revision).build(),
                        Mutation.newBuilder().setPutService(service).build()),
                Optional.empty(),
                CreateServiceResponse.newBuilder().setId(id).setIndex(pending.index() + 1).build());
    }
}
