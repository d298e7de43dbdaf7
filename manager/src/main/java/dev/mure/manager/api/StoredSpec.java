package dev.mure.manager.api;

import dev.mure.v1.Service;
import dev.mure.v1.ServiceSpec;

/** Which parts of a spec are stored with the service itself; the task spec is stored with a revision. */
final class StoredSpec {

    private StoredSpec() {}

    /** The service with everything that a complete spec says of it but the name and the task spec. */
    static Service.Builder into(Service.Builder service, ServiceSpec spec) {
        service.clearLabels()
                .addAllLabels(spec.getLabelsList())
                .setUpdate(spec.getUpdate())
                .setRollback(spec.getRollback())
                .clearMaxUnavailable();
        if (spec.hasMaxUnavailable()) {
            service.setMaxUnavailable(spec.getMaxUnavailable());
        }
        return spec.hasGlobal() ? service.setGlobal(spec.getGlobal()) : service.setReplicated(spec.getReplicated());
    }

    /** The parts that a service holds; the opposite of {@link #into}. */
    static ServiceSpec.Builder of(Service service) {
        ServiceSpec.Builder spec = ServiceSpec.newBuilder()
                .setName(service.getName())
                .addAllLabels(service.getLabelsList())
                .setUpdate(service.getUpdate())
                .setRollback(service.getRollback());
        if (service.hasMaxUnavailable()) {
            spec.setMaxUnavailable(service.getMaxUnavailable());
        }
        return service.hasGlobal() ? spec.setGlobal(service.getGlobal()) : spec.setReplicated(service.getReplicated());
    }
}
