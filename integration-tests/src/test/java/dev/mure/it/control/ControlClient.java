package dev.mure.it.control;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.mure.v1.CertificateRole;
import dev.mure.v1.Consistency;
import dev.mure.v1.CreateServiceRequest;
import dev.mure.v1.CreateServiceResponse;
import dev.mure.v1.GetClusterRequest;
import dev.mure.v1.GetClusterResponse;
import dev.mure.v1.GetJoinTokenRequest;
import dev.mure.v1.GetJoinTokenResponse;
import dev.mure.v1.GetServiceRequest;
import dev.mure.v1.GetServiceResponse;
import dev.mure.v1.ListNodesRequest;
import dev.mure.v1.ListNodesResponse;
import dev.mure.v1.ListServicesRequest;
import dev.mure.v1.ListServicesResponse;
import dev.mure.v1.ListTasksRequest;
import dev.mure.v1.ListTasksResponse;
import dev.mure.v1.NodeView;
import dev.mure.v1.RemoveServiceRequest;
import dev.mure.v1.RemoveServiceResponse;
import dev.mure.v1.RequestId;
import dev.mure.v1.RollbackServiceRequest;
import dev.mure.v1.RollbackServiceResponse;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.ServiceView;
import dev.mure.v1.TaskView;
import dev.mure.v1.UpdateServiceRequest;
import dev.mure.v1.UpdateServiceResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * The Control API of a cluster. Asks one manager after the other until one answers, so a killed manager or a missing leader
 * only delays a call. Writes carry a request id and are thus done once.
 */
public final class ControlClient {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration PATIENCE_WITH_ONE = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final List<ManagerDoor> doors;

    public ControlClient(List<ManagerDoor> doors) {
        this.doors = List.copyOf(doors);
    }

    /** Creates a service and returns its id. */
    public String create(ServiceSpec spec) {
        CreateServiceRequest first = CreateServiceRequest.newBuilder().setRequest(requestId()).setSpec(spec).build();
        return write(first, first.toBuilder().setRequest(repeated(first.getRequest())).build(), "CreateService",
                CreateServiceResponse.parser()).getId();
    }

    /** Reads a service, changes its spec and writes it back. */
    public UpdateServiceResponse update(String service, UnaryOperator<ServiceSpec> change) {
        ServiceView view = service(service);
        UpdateServiceRequest first = UpdateServiceRequest.newBuilder()
                .setRequest(requestId())
                .setService(view.getId())
                .setSpecVersion(view.getSpecVersion())
                .setSpec(change.apply(view.getSpec()))
                .build();
        return write(first, first.toBuilder().setRequest(repeated(first.getRequest())).build(), "UpdateService",
                UpdateServiceResponse.parser());
    }

    /** Goes back to the newest stable revision other than the current one. */
    public RollbackServiceResponse rollback(String service) {
        RollbackServiceRequest first =
                RollbackServiceRequest.newBuilder().setRequest(requestId()).setService(service).build();
        return write(first, first.toBuilder().setRequest(repeated(first.getRequest())).build(), "RollbackService",
                RollbackServiceResponse.parser());
    }

    /** Removes a service. */
    public void remove(String service) {
        RemoveServiceRequest first =
                RemoveServiceRequest.newBuilder().setRequest(requestId()).setService(service).build();
        write(first, first.toBuilder().setRequest(repeated(first.getRequest())).build(), "RemoveService",
                RemoveServiceResponse.parser());
    }

    /** A service by id or name. */
    public ServiceView service(String service) {
        return read("GetService", GetServiceRequest.newBuilder().setService(service).build(),
                GetServiceResponse.parser()).getService();
    }

    /** All services. */
    public List<ServiceView> services() {
        return read("ListServices", ListServicesRequest.getDefaultInstance(), ListServicesResponse.parser())
                .getServicesList();
    }

    /** Tasks of the given services, or of all. */
    public List<TaskView> tasks(String... services) {
        return read("ListTasks", ListTasksRequest.newBuilder().addAllServices(List.of(services)).build(),
                ListTasksResponse.parser()).getTasksList();
    }

    /** All nodes. */
    public List<NodeView> nodes() {
        return read("ListNodes", ListNodesRequest.getDefaultInstance(), ListNodesResponse.parser()).getNodesList();
    }

    /** The cluster as of now. */
    public GetClusterResponse cluster() {
        return read("GetCluster", GetClusterRequest.getDefaultInstance(), GetClusterResponse.parser());
    }

    /** What a machine needs to join in that role. */
    public String joinToken(CertificateRole role) {
        return read("GetJoinToken", GetJoinTokenRequest.newBuilder().setRole(role).build(),
                GetJoinTokenResponse.parser()).getToken();
    }

    /** What a manager has applied, without asking a leader. */
    public GetClusterResponse staleCluster() {
        return read("GetCluster",
                GetClusterRequest.newBuilder().setConsistency(Consistency.CONSISTENCY_STALE).build(),
                GetClusterResponse.parser());
    }

    private <T> T read(String method, MessageLite request, Parser<T> parser) {
        return write(request, request, method, parser);
    }

    /** The first try and the later ones differ in the request id's index only. */
    private <T> T write(MessageLite first, MessageLite again, String method, Parser<T> parser) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        MessageLite request = first;
        while (true) {
            String why = "";
            for (ManagerDoor door : doors) {
                try {
                    return door.call(method, request, parser, PATIENCE_WITH_ONE);
                } catch (ControlException e) {
                    if (!e.passes()) {
                        throw e;
                    }
                    why = door + ": " + e.getMessage();
                } catch (IOException e) {
                    why = door + ": " + e;
                }
                request = again;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        method + ": no manager answered within " + PATIENCE.toSeconds() + " s; the last one: " + why);
            }
            pause();
        }
    }

    private RequestId requestId() {
        return RequestId.newBuilder().setId(UUID.randomUUID().toString()).build();
    }

    /** What the cluster had applied about when the first try was sent; too low would only be more careful. */
    private RequestId repeated(RequestId first) {
        return first.toBuilder().setFirstIndex(Math.max(1, staleCluster().getIndex())).build();
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
