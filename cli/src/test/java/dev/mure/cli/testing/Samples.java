package dev.mure.cli.testing;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.DesiredState;
import dev.mure.v1.Meta;
import dev.mure.v1.ReplicatedMode;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.ServiceView;
import dev.mure.v1.Share;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import dev.mure.v1.TaskView;
import dev.mure.v1.UpdateConfig;
import java.time.Instant;

/** The service of the tutorial, as managers tell it. */
public final class Samples {
    public static final Instant NOW = Instant.parse("2026-11-23T02:49:20Z");
    public static final String REDIS_ID = "9mil5ulekirtd17q4sfn2puzz";

    private Samples() {}

    public static Timestamp at(String time) {
        Instant instant = Instant.parse(time);
        return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).setNanos(instant.getNano()).build();
    }

    public static Timestamp secondsAgo(int seconds) {
        return Timestamp.newBuilder().setSeconds(NOW.getEpochSecond() - seconds).build();
    }

    public static Duration seconds(int seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }

    /** The completed spec of {@code create --replicas 3 --name redis --update-delay 2s redis:3.0.6}. */
    public static ServiceSpec redisSpec() {
        return ServiceSpec.newBuilder()
                .setName("redis")
                .setTask(TaskSpec.newBuilder()
                        .setContainer(
                                ContainerSpec.newBuilder().setImage("redis:3.0.6").setStopGracePeriod(seconds(10)))
                        .setRestart(RestartPolicy.newBuilder().setCondition(RestartPolicy.Condition.ANY)
                                .setDelay(seconds(5))))
                .setReplicated(ReplicatedMode.newBuilder().setReplicas(3))
                .setUpdate(UpdateConfig.newBuilder()
                        .setParallelism(Share.newBuilder().setCount(1))
                        .setDelay(seconds(2))
                        .setFailureAction(UpdateConfig.FailureAction.PAUSE)
                        .setMonitor(seconds(5)))
                .setRollback(UpdateConfig.newBuilder()
                        .setParallelism(Share.newBuilder().setCount(1))
                        .setFailureAction(UpdateConfig.FailureAction.PAUSE)
                        .setMonitor(seconds(5)))
                .build();
    }

    public static ServiceView redis() {
        return ServiceView.newBuilder()
                .setId(REDIS_ID)
                .setMeta(Meta.newBuilder()
                        .setVersion(1300)
                        .setCreatedAt(at("2026-11-23T02:48:58.222843264Z"))
                        .setUpdatedAt(at("2026-11-23T02:48:58.222843264Z")))
                .setSpecVersion(1217)
                .setSpec(redisSpec())
                .setRevision(1)
                .setRunningTasks(3)
                .setDesiredTasks(3)
                .build();
    }

    public static Rollout rollout(RolloutState state, String message) {
        return Rollout.newBuilder()
                .setServiceId(REDIS_ID)
                .setFromRevision(1)
                .setToRevision(2)
                .setState(state)
                .setMessage(message)
                .setStartedAt(secondsAgo(2))
                .build();
    }

    /** A task as {@code service ps} and progress see it, up to date. */
    public static TaskView task(String id, int slot, int revision, TaskState desired, TaskState state, int secondsAgo,
            String error) {
        return TaskView.newBuilder()
                .setTask(Task.newBuilder()
                        .setId(id)
                        .setServiceId(REDIS_ID)
                        .setSlot(slot)
                        .setRevision(revision)
                        .setNodeId("vyl6v0x5ghxny0ph13pztydz2")
                        .setMeta(Meta.newBuilder().setCreatedVersion(revision))
                        .setDesired(DesiredState.newBuilder().setState(desired))
                        .setStatus(
                                TaskStatus.newBuilder().setState(state).setAt(secondsAgo(secondsAgo)).setError(error)))
                .setServiceName("redis")
                .setImage("redis:3.0." + (revision + 5))
                .setNodeName("h" + slot)
                .setUpToDate(true)
                .build();
    }

    public static TaskView running(int slot, int revision) {
        return task("task" + slot + "r" + revision, slot, revision, TaskState.TASK_STATE_RUNNING,
                TaskState.TASK_STATE_RUNNING, 4, "");
    }
}
