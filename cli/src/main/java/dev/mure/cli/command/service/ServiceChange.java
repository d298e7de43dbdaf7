package dev.mure.cli.command.service;

import dev.mure.cli.command.Invocation;
import dev.mure.cli.connect.Code;
import dev.mure.cli.connect.ControlException;
import dev.mure.v1.GetServiceRequest;
import dev.mure.v1.GetServiceResponse;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.UpdateServiceRequest;
import dev.mure.v1.UpdateServiceResponse;

/** Reads a service, changes its spec and writes it back; begins again when somebody else was quicker. */
final class ServiceChange {
    private static final int MAX_TRIES = 5;

    /** What is changed. Called again with a newer spec when somebody else was quicker. */
    @FunctionalInterface
    interface Change {
        ServiceSpec apply(ServiceSpec current);
    }

    private ServiceChange() {}

    static UpdateServiceResponse make(Invocation invocation, String service, Change change) {
        for (int tries = 1;; tries++) {
            GetServiceResponse read =
                    invocation.client().getService(GetServiceRequest.newBuilder().setService(service).build());
            UpdateServiceRequest request =
                    UpdateServiceRequest.newBuilder().setRequest(invocation.newRequest(read.getIndex()))
                            .setService(read.getService().getId()).setSpecVersion(read.getService().getSpecVersion())
                            .setSpec(change.apply(read.getService().getSpec())).build();
            try {
                return invocation.client().updateService(request);
            } catch (ControlException e) {
                if (e.code() != Code.ABORTED || tries == MAX_TRIES) {
                    throw e;
                }
            }
        }
    }
}
