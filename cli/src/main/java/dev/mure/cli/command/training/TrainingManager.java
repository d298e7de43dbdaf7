package dev.mure.cli.command.training;

import com.google.protobuf.Duration;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Timestamp;
import dev.mure.v1.Cluster;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.ControlRolloutResponse;
import dev.mure.v1.CreateServiceResponse;
import dev.mure.v1.DesiredState;
import dev.mure.v1.GetClusterResponse;
import dev.mure.v1.GetServiceResponse;
import dev.mure.v1.ListNodesResponse;
import dev.mure.v1.ListRevisionsResponse;
import dev.mure.v1.ListRolloutsResponse;
import dev.mure.v1.ListServicesResponse;
import dev.mure.v1.ListTasksResponse;
import dev.mure.v1.ManagerRole;
import dev.mure.v1.Meta;
import dev.mure.v1.Node;
import dev.mure.v1.NodeDescription;
import dev.mure.v1.NodeState;
import dev.mure.v1.NodeView;
import dev.mure.v1.PlanUpdateResponse;
import dev.mure.v1.PlannedSlot;
import dev.mure.v1.PlannedWave;
import dev.mure.v1.RemoveServiceResponse;
import dev.mure.v1.ReplicatedMode;
import dev.mure.v1.Revision;
import dev.mure.v1.RevisionView;
import dev.mure.v1.RollbackServiceResponse;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutFailure;
import dev.mure.v1.RolloutState;
import dev.mure.v1.RolloutView;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.ServiceView;
import dev.mure.v1.Share;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import dev.mure.v1.TaskView;
import dev.mure.v1.UpdateConfig;
import dev.mure.v1.UpdateNodeResponse;
import dev.mure.v1.UpdateServiceResponse;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Answers the Control API with always the same service, over a Unix socket in a temporary folder. */
final class TrainingManager implements Closeable {
    private static final String ID = "0u6a4s31ybk7yw2wyvtikmu50";
    private static final int REPLICAS = 3;

    private final Path folder;
    private final Path socket;
    private final ServerSocketChannel server;

    private TrainingManager(Path folder) throws IOException {
        this.folder = folder;
        this.socket = folder.resolve("mure.sock");
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
    }

    static TrainingManager start() throws IOException {
        TrainingManager manager = new TrainingManager(Files.createTempDirectory("mure-training"));
        Thread thread = new Thread(manager::serve, "mure-training");
        thread.setDaemon(true);
        thread.start();
        return manager;
    }

    String address() {
        return "unix://" + socket;
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(socket);
        Files.deleteIfExists(folder);
    }

    private void serve() {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                serve(Channels.newInputStream(client), Channels.newOutputStream(client));
            } catch (IOException e) {
                // The server was closed, or a client went: the next one may stay.
            }
        }
    }

    private static void serve(InputStream in, OutputStream out) throws IOException {
        String head = readHead(in);
        byte[] body = in.readNBytes(contentLength(head));
        String method = head.substring(head.lastIndexOf('/', head.indexOf(" HTTP/")) + 1, head.indexOf(" HTTP/"));
        if (method.equals("WatchService")) {
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            byte[] message = progress().toByteArray();
            stream.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(message.length).array());
            stream.writeBytes(message);
            String chunk = Integer.toHexString(stream.size()) + "\r\n";
            out.write(
                    ("HTTP/1.1 200 OK\r\nContent-Type: application/connect+proto\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + chunk)
                            .getBytes(StandardCharsets.US_ASCII));
            out.write(stream.toByteArray());
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            // Stays open until the client has seen enough.
            in.read();
        } else if (new String(body, StandardCharsets.ISO_8859_1).contains("nosuch")) {
            byte[] error = "{\"code\":\"not_found\",\"message\":\"service nosuch not found\"}"
                    .getBytes(StandardCharsets.US_ASCII);
            out.write(head(404, "application/json", error.length));
            out.write(error);
        } else {
            byte[] answer = answer(method).toByteArray();
            out.write(head(200, "application/proto", answer.length));
            out.write(answer);
        }
    }

    private static byte[] head(int status, String type, int length) {
        return ("HTTP/1.1 " + status + " X\r\nContent-Type: " + type + "\r\nContent-Length: " + length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int character = in.read();
            if (character < 0) {
                throw new IOException("the client went");
            }
            head.append((char) character);
        }
        return head.toString();
    }

    private static int contentLength(String head) {
        int from = head.indexOf("Content-Length: ") + "Content-Length: ".length();
        return Integer.parseInt(head.substring(from, head.indexOf('\r', from)));
    }

    private static MessageLite answer(String method) {
        return switch (method) {
            case "CreateService" -> CreateServiceResponse.newBuilder().setId(ID).setIndex(7).build();
            case "UpdateService" -> UpdateServiceResponse.newBuilder().setId(ID).setIndex(8).setRevision(2)
                    .setEffect(UpdateServiceResponse.Effect.NEW_REVISION).build();
            case "PlanUpdate" -> plan();
            case "RollbackService" ->
                    RollbackServiceResponse.newBuilder().setId(ID).setIndex(8).setRevision(2).build();
            case "ListRevisions" -> revisions();
            case "ListRollouts" -> ListRolloutsResponse.newBuilder().addRollouts(rollout()).setIndex(8).build();
            case "ControlRollout" -> ControlRolloutResponse.newBuilder().setServiceId(ID).setRevision(1).build();
            case "UpdateNode" -> UpdateNodeResponse.newBuilder().setId(ID).build();
            case "RemoveService" -> RemoveServiceResponse.newBuilder().setId(ID).setIndex(9).build();
            case "GetService" -> GetServiceResponse.newBuilder().setService(service()).setIndex(7).build();
            case "ListServices" ->
                    ListServicesResponse.newBuilder().addServices(service()).addServices(service()).setIndex(7).build();
            case "ListTasks" -> tasks();
            case "ListNodes" -> nodes();
            case "GetCluster" ->
                    GetClusterResponse.newBuilder().setCluster(Cluster.newBuilder().setId(ID)).setLeaderId(ID).build();
            default -> throw new IllegalArgumentException("method: " + method + " (expected: one of Control)");
        };
    }

    private static Timestamp someTime() {
        return Timestamp.newBuilder().setSeconds(1_790_000_000).setNanos(123_456_789).build();
    }

    private static ServiceView service() {
        ContainerSpec container = ContainerSpec.newBuilder().setImage("redis:3.0.6").addEnv("A=1").build();
        UpdateConfig update = UpdateConfig.newBuilder().setParallelism(Share.newBuilder().setCount(1))
                .setDelay(Duration.newBuilder().setSeconds(10))
                .setMonitor(Duration.newBuilder().setNanos(1)).build();
        ServiceSpec spec =
                ServiceSpec.newBuilder().setName("redis").setTask(TaskSpec.newBuilder().setContainer(container))
                        .setReplicated(ReplicatedMode.newBuilder().setReplicas(REPLICAS)).setUpdate(update).build();
        Rollout rollout = Rollout.newBuilder().setState(RolloutState.ROLLOUT_STATE_COMPLETED).setToRevision(2)
                .setMessage("update completed").setStartedAt(someTime()).setCompletedAt(someTime()).build();
        return ServiceView.newBuilder().setId(ID).setSpec(spec).setRevision(2).setRollout(rollout)
                .setRunningTasks(REPLICAS)
                .setDesiredTasks(REPLICAS).setMeta(Meta.newBuilder().setCreatedAt(someTime()).setUpdatedAt(someTime()))
                .build();
    }

    private static PlanUpdateResponse plan() {
        return PlanUpdateResponse.newBuilder().setEffect(UpdateServiceResponse.Effect.NEW_REVISION)
                .addDifferences("task.container.image: web:1 -> web:2")
                .addWaves(PlannedWave.newBuilder()
                        .addSlots(PlannedSlot.newBuilder().setSlot(1).setFromNodeName("h1").setToNodeName("h1")))
                .setEstimate(Duration.newBuilder().setSeconds(20)).build();
    }

    private static ListRevisionsResponse revisions() {
        return ListRevisionsResponse.newBuilder().addRevisions(RevisionView.newBuilder().setCurrent(true).setRevision(
                Revision.newBuilder().setNumber(2).setStable(true).setMeta(Meta.newBuilder().setCreatedAt(someTime()))))
                .build();
    }

    private static RolloutView rollout() {
        return RolloutView.newBuilder().setServiceName("redis").setSlots(REPLICAS).setDone(1)
                .addWaitingFor("delay: 8s left").setEstimate(Duration.newBuilder().setSeconds(20))
                .setRollout(service().getRollout().toBuilder()
                        .setPolicy(service().getSpec().getUpdate())
                        .addSlots(SlotProgress.newBuilder().setSlot(1).setStartedClockMillis(1)
                                .setDeadlineClockMillis(9_000))
                        .setFailure(RolloutFailure.newBuilder().setTaskId(ID).setSlot(1).addLastOutput("bad"))
                        .setServiceId(ID))
                .build();
    }

    private static ListTasksResponse tasks() {
        ListTasksResponse.Builder tasks = ListTasksResponse.newBuilder();
        for (int slot = 1; slot <= REPLICAS; slot++) {
            tasks.addTasks(task(slot, 2, TaskState.TASK_STATE_RUNNING, ""));
            tasks.addTasks(task(slot, 1, TaskState.TASK_STATE_FAILED,
                    "task: non-zero exit (1) of a program with a long message"));
        }
        return tasks.build();
    }

    private static TaskView task(int slot, int revision, TaskState state, String error) {
        TaskStatus status = TaskStatus.newBuilder().setState(state).setAt(someTime()).setError(error).build();
        TaskState desired = state == TaskState.TASK_STATE_RUNNING ? state : TaskState.TASK_STATE_SHUTDOWN;
        Task task = Task.newBuilder().setId(ID).setServiceId(ID).setSlot(slot).setRevision(revision).setNodeId(ID)
                .setStatus(status)
                .setDesired(DesiredState.newBuilder().setState(desired))
                .setMeta(Meta.newBuilder().setCreatedVersion(revision)).build();
        return TaskView.newBuilder().setTask(task).setUpToDate(true).setServiceName("redis").setImage("redis:3.0.6")
                .setNodeName("worker1").build();
    }

    private static ListNodesResponse nodes() {
        Node node = Node.newBuilder().setId(ID).setName("manager1").setState(NodeState.NODE_STATE_READY)
                .setManager(ManagerRole.getDefaultInstance())
                .setMeta(Meta.newBuilder().setCreatedAt(someTime()).setUpdatedAt(someTime()))
                .setDescription(NodeDescription.newBuilder().setEngineVersion("1").setNanoCpus(2_000_000_000)
                        .setMemoryBytes(1L << 30))
                .build();
        return ListNodesResponse.newBuilder()
                .addNodes(NodeView.newBuilder().setNode(node).setSelf(true).setLeader(true))
                .addNodes(NodeView.newBuilder().setNode(node)).build();
    }

    private static ServiceProgress progress() {
        ServiceProgress.Builder progress = ServiceProgress.newBuilder().setService(service()).setIndex(8)
                .setRollout(rollout());
        for (int slot = 1; slot <= REPLICAS; slot++) {
            progress.addTasks(task(slot, 2, TaskState.TASK_STATE_RUNNING, ""));
        }
        return progress.build();
    }
}
