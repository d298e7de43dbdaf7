package dev.mure.cli.command.service;

import dev.mure.cli.command.Invocation;
import dev.mure.cli.connect.Code;
import dev.mure.cli.connect.ControlException;
import dev.mure.cli.process.CommandFailure;
import dev.mure.cli.process.ExitCode;
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
        return make(invocation, service, change, 0);
    }

    /**
     * Makes the change.
     *
     * @param ifRevision number that the current revision must have; 0 = any
     */
    static UpdateServiceResponse make(Invocation invocation, String service, Change change, long ifRevision) {
        for (int tries = 1;; tries++) {
            UpdateServiceRequest request = read(invocation, service, change, ifRevision);
            try {
                return invocation.client().updateService(request);
            } catch (ControlException e) {
                if (e.code() != Code.ABORTED || tries == MAX_TRIES) {
                    throw e;
                }
            }
        }
    }

    /** The request that would make the change to the service as it is at the moment. */
    static UpdateServiceRequest read(Invocation invocation, String service, Change change, long ifRevision) {
        GetServiceResponse read =
                invocation.client().getService(GetServiceRequest.newBuilder().setService(service).build());
        long revision = read.getService().getRevision();
        if (ifRevision != 0 && revision != ifRevision) {
            throw new CommandFailure(ExitCode.FAILURE, "service " + service + " is at revision " + revision + ", not "
                    + ifRevision + ": nothing was changed");
        }
        return UpdateServiceRequest.newBuilder().setRequest(invocation.newRequest(read.getIndex()))
                .setService(read.getService().getId()).setSpecVersion(read.getService().getSpecVersion())
                .setIfRevision(ifRevision).setSpec(change.apply(read.getService().getSpec())).build();
    }
}
