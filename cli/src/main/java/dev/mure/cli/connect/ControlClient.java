package dev.mure.cli.connect;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.mure.cli.process.CommandFailure;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.process.TimeSource;
import dev.mure.cli.process.WrongUsage;
import dev.mure.v1.ControlRolloutRequest;
import dev.mure.v1.ControlRolloutResponse;
import dev.mure.v1.CreateServiceRequest;
import dev.mure.v1.CreateServiceResponse;
import dev.mure.v1.GetClusterRequest;
import dev.mure.v1.GetClusterResponse;
import dev.mure.v1.GetJoinTokenRequest;
import dev.mure.v1.GetJoinTokenResponse;
import dev.mure.v1.GetServiceRequest;
import dev.mure.v1.GetServiceResponse;
import dev.mure.v1.GetSwarmStatusRequest;
import dev.mure.v1.GetSwarmStatusResponse;
import dev.mure.v1.LeaveSwarmRequest;
import dev.mure.v1.LeaveSwarmResponse;
import dev.mure.v1.ListNodesRequest;
import dev.mure.v1.ListNodesResponse;
import dev.mure.v1.ListRevisionsRequest;
import dev.mure.v1.ListRevisionsResponse;
import dev.mure.v1.ListRolloutsRequest;
import dev.mure.v1.ListRolloutsResponse;
import dev.mure.v1.ListServicesRequest;
import dev.mure.v1.ListServicesResponse;
import dev.mure.v1.ListTasksRequest;
import dev.mure.v1.ListTasksResponse;
import dev.mure.v1.PlanUpdateRequest;
import dev.mure.v1.PlanUpdateResponse;
import dev.mure.v1.RemoveNodeRequest;
import dev.mure.v1.RemoveNodeResponse;
import dev.mure.v1.RemoveServiceRequest;
import dev.mure.v1.RemoveServiceResponse;
import dev.mure.v1.RollbackServiceRequest;
import dev.mure.v1.RollbackServiceResponse;
import dev.mure.v1.RotateJoinTokenRequest;
import dev.mure.v1.RotateJoinTokenResponse;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.UpdateNodeRequest;
import dev.mure.v1.UpdateNodeResponse;
import dev.mure.v1.UpdateServiceRequest;
import dev.mure.v1.UpdateServiceResponse;
import dev.mure.v1.WatchServiceRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Control API as the command line calls it. A dead manager makes it ask the next, a cluster without a leader makes it try
 * again for a while; so a killed leader is not seen by the user. A write is repeated with the same bytes and so with the same
 * request id, which makes it harmless.
 */
public final class ControlClient {
    /** How long one call is tried. An election takes a second. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** How long one of several managers may stay silent before the next is asked. */
    private static final Duration PATIENCE_WITH_ONE = Duration.ofSeconds(4);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
    private static final String SERVICE = "/mure.v1.Control/";

    private final Managers managers;
    private final TimeSource time;

    public ControlClient(List<Endpoint> endpoints, TimeSource time) {
        this.managers = new Managers(endpoints);
        this.time = time;
    }

    public CreateServiceResponse createService(CreateServiceRequest request) {
        return call("CreateService", request, CreateServiceResponse.parser(), true);
    }

    public UpdateServiceResponse updateService(UpdateServiceRequest request) {
        return call("UpdateService", request, UpdateServiceResponse.parser(), true);
    }

    public PlanUpdateResponse planUpdate(PlanUpdateRequest request) {
        return call("PlanUpdate", request, PlanUpdateResponse.parser(), false);
    }

    public RollbackServiceResponse rollbackService(RollbackServiceRequest request) {
        return call("RollbackService", request, RollbackServiceResponse.parser(), true);
    }

    public ControlRolloutResponse controlRollout(ControlRolloutRequest request) {
        return call("ControlRollout", request, ControlRolloutResponse.parser(), true);
    }

    public UpdateNodeResponse updateNode(UpdateNodeRequest request) {
        return call("UpdateNode", request, UpdateNodeResponse.parser(), true);
    }

    public RemoveNodeResponse removeNode(RemoveNodeRequest request) {
        return call("RemoveNode", request, RemoveNodeResponse.parser(), true);
    }

    public GetSwarmStatusResponse getSwarmStatus(GetSwarmStatusRequest request) {
        return call("GetSwarmStatus", request, GetSwarmStatusResponse.parser(), false);
    }

    /** Makes the one manager that this client knows leave; there must be no other, for it would be asked next. */
    public LeaveSwarmResponse leaveSwarm(LeaveSwarmRequest request) {
        if (managers.count() != 1) {
            throw new WrongUsage("'swarm leave' is about one manager, and there are several addresses (" + managers
                    + "): name the one that shall leave with --host");
        }
        return call("LeaveSwarm", request, LeaveSwarmResponse.parser(), true);
    }

    public RemoveServiceResponse removeService(RemoveServiceRequest request) {
        return call("RemoveService", request, RemoveServiceResponse.parser(), true);
    }

    public GetServiceResponse getService(GetServiceRequest request) {
        return call("GetService", request, GetServiceResponse.parser(), false);
    }

    public ListServicesResponse listServices(ListServicesRequest request) {
        return call("ListServices", request, ListServicesResponse.parser(), false);
    }

    public ListRevisionsResponse listRevisions(ListRevisionsRequest request) {
        return call("ListRevisions", request, ListRevisionsResponse.parser(), false);
    }

    public ListRolloutsResponse listRollouts(ListRolloutsRequest request) {
        return call("ListRollouts", request, ListRolloutsResponse.parser(), false);
    }

    public ListTasksResponse listTasks(ListTasksRequest request) {
        return call("ListTasks", request, ListTasksResponse.parser(), false);
    }

    public ListNodesResponse listNodes(ListNodesRequest request) {
        return call("ListNodes", request, ListNodesResponse.parser(), false);
    }

    public GetClusterResponse getCluster(GetClusterRequest request) {
        return call("GetCluster", request, GetClusterResponse.parser(), false);
    }

    public GetJoinTokenResponse getJoinToken(GetJoinTokenRequest request) {
        return call("GetJoinToken", request, GetJoinTokenResponse.parser(), false);
    }

    public RotateJoinTokenResponse rotateJoinToken(RotateJoinTokenRequest request) {
        return call("RotateJoinToken", request, RotateJoinTokenResponse.parser(), true);
    }

    /**
     * Opens a stream at one manager, without repeating.
     *
     * @param tries counts up over tries, so that each asks another manager
     * @throws IOException when that manager can't be reached or breaks off; {@code UNAVAILABLE} is one of these
     * @throws ControlException when it answers with another error
     */
    public MessageStream<ServiceProgress> watchService(WatchServiceRequest request, int tries) throws IOException {
        int position = managers.position(tries);
        MessageStream<ServiceProgress> stream =
                MessageStream.open(managers.at(position), SERVICE + "WatchService", request,
                        ServiceProgress.parser(), PATIENCE_WITH_ONE);
        managers.prefer(position);
        return stream;
    }

    /** The addresses, for messages. */
    public String addresses() {
        return managers.toString();
    }

    private <T> T call(String method, MessageLite request, Parser<T> parser, boolean write) {
        byte[] answer = new Attempts(method, request.toByteArray(), write).untilAnswered();
        try {
            return parser.parseFrom(answer);
        } catch (InvalidProtocolBufferException e) {
            throw new CommandFailure(ExitCode.BUG, "the answer to " + method + " can't be read: " + e.getMessage());
        }
    }

    /** The tries of one call. */
    private final class Attempts {
        private final String method;
        private final byte[] request;
        private final boolean write;
        private final long deadline = time.nanoTime() + PATIENCE.toNanos();
        /** Whether a manager may have carried a write out without our seeing the answer. */
        private boolean outcomeUnknown;
        private @Nullable ControlException lastAnswer;
        private @Nullable String lastTrouble;

        Attempts(String method, byte[] request, boolean write) {
            this.method = method;
            this.request = request;
            this.write = write;
        }

        byte[] untilAnswered() {
            long pause = FIRST_PAUSE.toNanos();
            while (true) {
                boolean someoneThere = false;
                boolean hope = true;
                for (int i = 0; i < managers.count() && left() > 0; i++) {
                    int position = managers.position(i);
                    try {
                        byte[] answer = attempt(managers.at(position));
                        managers.prefer(position);
                        return answer;
                    } catch (ConnectFailure e) {
                        lastTrouble = e.reason();
                    } catch (IOException e) {
                        someoneThere = true;
                        hope = true;
                        outcomeUnknown = write;
                        lastTrouble = String.valueOf(e.getMessage());
                    } catch (ControlException e) {
                        hope = (someoneThere && hope) || !e.quorumLost();
                        someoneThere = true;
                        remember(e);
                    }
                }
                if (!someoneThere || !hope || left() <= pause) {
                    throw failure(someoneThere);
                }
                time.pause(Duration.ofNanos(pause));
                pause = Math.min(2 * pause, LONGEST_PAUSE.toNanos());
            }
        }

        /** Keeps an error that may pass, throws another. */
        private void remember(ControlException answer) {
            switch (answer.code()) {
                case UNAVAILABLE -> lastAnswer = answer;
                case DEADLINE_EXCEEDED, UNKNOWN -> {
                    outcomeUnknown |= write;
                    lastAnswer = answer;
                }
                default -> throw answer;
            }
        }

        private CommandFailure failure(boolean someoneThere) {
            if (outcomeUnknown) {
                String why = lastAnswer != null ? lastAnswer.getMessage() : lastTrouble;
                return new CommandFailure(ExitCode.OUTCOME_UNKNOWN,
                        "the answer to " + method + " was lost (" + why
                                + "): the change may have been made or not; look before you repeat it");
            }
            if (lastAnswer != null) {
                String why = lastAnswer.getMessage();
                if (lastAnswer.quorumLost()) {
                    return lastAnswer;
                }
                return new CommandFailure(ExitCode.UNREACHABLE,
                        "no manager could answer within " + PATIENCE.toSeconds() + " seconds"
                                + (why.isEmpty() ? "" : ": " + why));
            }
            String why = managers.count() == 1 && lastTrouble != null ? lastTrouble : "none answers";
            return new CommandFailure(ExitCode.UNREACHABLE, "cannot reach a manager at " + managers + ": " + why
                    + (someoneThere ? "" : "; start one with 'mure manager --init' or name another with --host"));
        }

        private long left() {
            return deadline - time.nanoTime();
        }

        private byte[] attempt(Endpoint endpoint) throws IOException {
            Duration timeout =
                    Duration.ofNanos(managers.count() > 1 ? Math.min(left(), PATIENCE_WITH_ONE.toNanos()) : left());
            try (HttpConnection connection = HttpConnection.open(endpoint, timeout)) {
                int status = connection.post(SERVICE + method, "application/proto", timeout.toMillis(), request);
                byte[] body = connection.readBody();
                if (status == 200 && connection.contentType().equals("application/proto")) {
                    return body;
                }
                throw error(endpoint, method, status, body);
            }
        }
    }

    /** What an answer means that is not the one asked for. */
    static ControlException error(Endpoint endpoint, String method, int status, byte[] body) {
        ControlException error = status == 200 ? null : ErrorBody.ofUnary(new String(body, StandardCharsets.UTF_8));
        if (error != null) {
            return error;
        }
        Code code = status == 200 ? Code.UNIMPLEMENTED : Code.ofHttpStatus(status);
        return new ControlException(code,
                endpoint + " answered " + method + " with HTTP status " + status + " and no answer of a Mure manager");
    }
}
