package dev.mure.manager.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import dev.mure.manager.store.Applier;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.DesiredState;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.NodeDescription;
import dev.mure.v1.OpenSession;
import dev.mure.v1.PauseCause;
import dev.mure.v1.PutNode;
import dev.mure.v1.ReplicatedMode;
import dev.mure.v1.Restart;
import dev.mure.v1.Revision;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutFailure;
import dev.mure.v1.RolloutState;
import dev.mure.v1.RolloutView;
import dev.mure.v1.Service;
import dev.mure.v1.Share;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import dev.mure.v1.Transaction;
import dev.mure.v1.UpdateConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** How a rollout of service {@code web} from revision 1 to 2 is told; it is 100 s on the state clock. */
class RolloutViewsTest {

    private static final long NOW = 100_000;
    private static final int OLD = 1;
    private static final int NEW = 2;

    private final List<Mutation> mutations = new ArrayList<>();
    private final List<SlotProgress> progress = new ArrayList<>();
    private final UpdateConfig.Builder policy = SpecDefaults.complete(UpdateConfig.getDefaultInstance()).toBuilder();
    private final Service.Builder service = Service.newBuilder()
            .setId("web-id")
            .setName("web")
            .setRevision(NEW)
            .setReplicated(ReplicatedMode.newBuilder().setReplicas(3));
    private UnaryOperator<TaskSpec.Builder> spec = task -> task;

    // ---- numbers

    @Test
    void countsWhatIsDoneInWorkAndFailed() {
        running(1, NEW).slot(1, slot -> slot.setStartedClockMillis(1).setSettledClockMillis(2).setGood(true));
        running(2, NEW).slot(2, slot -> slot.setStartedClockMillis(3));
        running(3, OLD).slot(3, slot -> slot.setFailedTaskId("x"));
        running(4, NEW);
        RolloutView view = view();
        assertThat(view.getServiceName()).isEqualTo("web");
        assertThat(view.getSlots()).isEqualTo(4);
        assertThat(view.getDone()).isEqualTo(2);
        assertThat(view.getInWork()).isEqualTo(1);
        assertThat(view.getFailed()).isEqualTo(1);
    }

    @Test
    void aSlotThatCameUpAfterItsFailureIsDone() {
        policy.setMinHealthy(Durations.fromSeconds(10));
        for (int slot = 1; slot <= 2; slot++) {
            int number = slot;
            task(slot, NEW, TaskState.TASK_STATE_RUNNING,
                    task -> task.getStatusBuilder().setRunningClockMillis(NOW - number * 6_000L));
            slot(slot, known -> known.setStartedClockMillis(1).setSettledClockMillis(2).setFailedTaskId("t"));
        }
        RolloutView view = view();
        assertThat(view.getDone()).isEqualTo(1);
        assertThat(view.getFailed()).isEqualTo(2);
        assertThat(view.getInWork()).isZero();
    }

    // ---- what a slot waits for

    @Test
    void waitsForANode() {
        running(1, OLD).begun(1).task(1, NEW, TaskState.TASK_STATE_PENDING,
                task -> task.clearNodeId().getStatusBuilder().setError("no suitable node (2 nodes not available)"));
        assertThat(waiting()).containsExactly("web.1 waits for a node: no suitable node (2 nodes not available)");
    }

    @Test
    void isPrepared() {
        running(1, OLD).begun(1).task(1, NEW, TaskState.TASK_STATE_PREPARING, task -> {});
        assertThat(waiting()).containsExactly("web.1 is being prepared on alpha");
    }

    @Test
    void waitsForItsTurnToStopTheOldTask() {
        running(1, OLD).begun(1).task(1, NEW, TaskState.TASK_STATE_READY, task -> {});
        assertThat(waiting()).containsExactly(
                "web.1 is prepared on alpha, waits until the old task on alpha may be stopped");
    }

    @Test
    void startsBesideTheOldTask() {
        running(1, OLD).begun(1).task(1, NEW, TaskState.TASK_STATE_READY,
                task -> task.getDesiredBuilder().setState(TaskState.TASK_STATE_RUNNING));
        assertThat(waiting()).containsExactly("web.1 is prepared on alpha, about to start");
    }

    @Test
    void waitsForTheEndOfTheOldTask() {
        task(1, OLD, TaskState.TASK_STATE_RUNNING,
                task -> task.getDesiredBuilder().setState(TaskState.TASK_STATE_SHUTDOWN));
        begun(1).task(1, NEW, TaskState.TASK_STATE_READY, task -> {});
        assertThat(waiting()).containsExactly(
                "web.1 is prepared on alpha, waits for the end of the old task on alpha");
    }

    @Test
    void waitsForItsHealthCheck() {
        begun(1).task(1, NEW, TaskState.TASK_STATE_STARTING, task -> {});
        assertThat(waiting()).containsExactly("web.1 is starting on alpha");
        spec = task -> {
            task.getContainerBuilder().getHealthBuilder().addTest("CMD-SHELL").addTest("true");
            return task;
        };
        assertThat(waiting()).containsExactly("web.1 waits for its health check on alpha");
    }

    @Test
    void waitsForMinHealthyAndSaysWhenTheDeadlineIsNear() {
        policy.setMinHealthy(Durations.fromSeconds(10));
        task(1, NEW, TaskState.TASK_STATE_RUNNING,
                task -> task.getStatusBuilder().setRunningClockMillis(NOW - 2_000));
        slot(1, slot -> slot.setStartedClockMillis(1).setDeadlineClockMillis(NOW + 42_000));
        assertThat(waiting())
                .containsExactly("web.1 runs on alpha, min-healthy: 8s left (start-deadline: 42s left)");
    }

    @Test
    void triesAgain() {
        running(1, OLD).slot(1, slot -> slot.setStartedClockMillis(1)
                .setSettledClockMillis(2)
                .setFailedTaskId("t1-failed")
                .setRetryClockMillis(NOW + 3_000));
        task(1, NEW, TaskState.TASK_STATE_REJECTED, task -> {
            task.setId("t1-failed").getDesiredBuilder().setState(TaskState.TASK_STATE_SHUTDOWN);
            task.getStatusBuilder().setError("No such image: redis:4");
        });
        assertThat(waiting()).contains("web.1 failed (No such image: redis:4); tried again in 3s");
    }

    @Test
    void isInACrashLoop() {
        task(1, NEW, TaskState.TASK_STATE_READY, task -> task.setRestart(
                Restart.newBuilder().setInARow(4).setNotBeforeClockMillis(NOW + 35_000)));
        assertThat(waiting()).containsExactly("web.1 crash loop: 4 restarts in a row, next in 35s");
    }

    @Test
    void namesTheSlotOfAGlobalServiceByItsNode() {
        service.getGlobalBuilder();
        begun(1).task(1, NEW, TaskState.TASK_STATE_STARTING, task -> task.setOnlyNodeId("n1"));
        assertThat(waiting()).containsExactly("web.alpha is starting on alpha");
    }

    // ---- what the rollout waits for

    @Test
    void waitsForTheDelay() {
        policy.setDelay(Durations.fromSeconds(10));
        running(1, NEW).slot(1, slot -> slot.setStartedClockMillis(1).setSettledClockMillis(NOW - 2_000).setGood(true));
        running(2, OLD);
        assertThat(waiting()).containsExactly("delay: 8s left until the next slot");
        assertThat(view(rollout -> rollout.setCanaryUntilClockMillis(NOW + 30_000)).getWaitingForList())
                .containsExactly("canary: promoted in 30s if all of it stays good");
    }

    @Test
    void waitsForSlotsThatAreOutOfService() {
        service.setMaxUnavailable(Share.newBuilder().setCount(1));
        running(1, OLD);
        task(2, OLD, TaskState.TASK_STATE_STARTING, task -> {});
        assertThat(waiting()).containsExactly("max-unavailable: too many slots are out of service to begin another");
    }

    @Test
    void watchesWhenAllIsDone() {
        running(1, NEW).slot(1, slot -> slot.setStartedClockMillis(1).setSettledClockMillis(NOW).setGood(true));
        RolloutView view = view(rollout -> rollout.setWatchUntilClockMillis(NOW + 4_200));
        assertThat(view.getWaitingForList()).containsExactly("monitor: 5s left");
        assertThat(Durations.toMillis(view.getEstimate())).isEqualTo(4_200);
    }

    @Test
    void saysWhenTheProgressDeadlineIsNear() {
        begun(1).task(1, NEW, TaskState.TASK_STATE_STARTING, task -> {});
        assertThat(view(rollout -> rollout.setProgressDeadlineClockMillis(NOW + 20_000)).getWaitingForList())
                .containsExactly("web.1 is starting on alpha", "progress-deadline: 20s left for a slot to get good");
    }

    @Test
    void saysWhyItIsPaused() {
        RolloutFailure failure = RolloutFailure.newBuilder()
                .setSlot(2)
                .setNodeName("alpha")
                .setError("task: non-zero exit (1)")
                .build();
        assertThat(paused(PauseCause.PAUSE_CAUSE_FAILURE, rollout -> rollout.setFailure(failure))).isEqualTo(
                "paused: web.2 failed on node alpha: task: non-zero exit (1): update again, resume or roll back");
        assertThat(paused(PauseCause.PAUSE_CAUSE_FAILURE,
                rollout -> rollout.setFailure(RolloutFailure.newBuilder().setSlot(1))))
                .isEqualTo("paused: web.1 failed: update again, resume or roll back");
        assertThat(paused(PauseCause.PAUSE_CAUSE_NO_PROGRESS, rollout -> rollout.setFailure(failure)))
                .isEqualTo("paused: no slot got good within the progress deadline of 10m0s (last: web.2 failed on node"
                        + " alpha: task: non-zero exit (1)): update again, resume or roll back");
        assertThat(paused(PauseCause.PAUSE_CAUSE_REQUEST, rollout -> rollout))
                .isEqualTo("paused by request: resume to go on");
        assertThat(paused(PauseCause.PAUSE_CAUSE_CANARY, rollout -> rollout))
                .isEqualTo("canary: the first slots are done: promote or resume to go on");
        assertThat(paused(PauseCause.PAUSE_CAUSE_CANARY, rollout -> rollout.setCanaryUntilClockMillis(NOW + 8_000)))
                .isEqualTo("canary: promoted in 8s if all of it stays good");
        assertThat(paused(PauseCause.PAUSE_CAUSE_STAGE,
                rollout -> rollout.addSlots(SlotProgress.newBuilder().setSlot(1).setGood(true))))
                .isEqualTo("stage: 1 slots are done: resume to go on to the next, promote to go on to the end");
        assertThat(paused(PauseCause.PAUSE_CAUSE_STEP, rollout -> rollout))
                .isEqualTo("step: the slots asked for are done: step again or resume to go on");
    }

    private String paused(PauseCause cause, UnaryOperator<Rollout.Builder> change) {
        return view(rollout -> change.apply(rollout)
                .setState(RolloutState.ROLLOUT_STATE_PAUSED)
                .setPauseCause(cause)).getWaitingFor(0);
    }

    @Test
    void endsALongListWithANumber() {
        for (int slot = 1; slot <= 25; slot++) {
            begun(slot).task(slot, NEW, TaskState.TASK_STATE_STARTING, task -> {});
        }
        assertThat(waiting()).hasSize(21).endsWith("and 5 more");
    }

    // ---- estimate

    @Test
    void estimatesFromTheSlotsThatAreDone() {
        policy.setDelay(Durations.fromSeconds(10)).setMinHealthy(Durations.fromSeconds(2));
        running(1, NEW).slot(1, slot -> slot.setStartedClockMillis(NOW - 20_000)
                .setSettledClockMillis(NOW - 15_000)
                .setGood(true));
        running(2, OLD).running(3, OLD);
        // Two slots of 3 s and the gate of 2 s, a delay between them, a watch as long as the delay.
        assertThat(Durations.toMillis(view().getEstimate())).isEqualTo(2 * 5_000 + 10_000 + 10_000);
        assertThat(Durations.toMillis(view(rollout -> rollout.setCanaryUntilClockMillis(NOW + 30_000)).getEstimate()))
                .isEqualTo(30_000 + 2 * 5_000 + 10_000 + 10_000);
    }

    @Test
    void saysNothingWhileASlotFindsNoNode() {
        running(1, OLD).begun(1).task(1, NEW, TaskState.TASK_STATE_PENDING, Task.Builder::clearNodeId);
        assertThat(view().hasEstimate()).isFalse();
    }

    @Test
    void estimatesFromWhatTasksTookLately() {
        policy.setParallelism(Share.newBuilder().setCount(2));
        running(1, OLD).running(2, OLD).running(3, OLD);
        assertThat(Durations.toMillis(view().getEstimate())).isEqualTo(5_000);
    }

    @Test
    void saysNothingWhereSomebodyHasToSpeakFirst() {
        running(1, OLD).running(2, OLD).running(3, OLD);
        policy.setCanary(Share.newBuilder().setCount(1));
        assertThat(view().hasEstimate()).isFalse();
        assertThat(view(rollout -> rollout.setPromoted(true)).hasEstimate()).isTrue();
        policy.setCanaryWait(Durations.fromSeconds(30));
        assertThat(view().hasEstimate()).isTrue();
        assertThat(view(rollout -> rollout.setStepUntilSlots(1)).hasEstimate()).isFalse();
        policy.clearCanary().addPauseAfter(Share.newBuilder().setPercent(50));
        assertThat(view().hasEstimate()).isFalse();
        assertThat(view(rollout -> rollout.setReleasedSlots(2)).hasEstimate()).isTrue();
        assertThat(view(rollout -> rollout.setState(RolloutState.ROLLOUT_STATE_COMPLETED)).hasEstimate()).isFalse();
    }

    // ----

    private RolloutViewsTest begun(int slot) {
        return slot(slot, known -> known.setStartedClockMillis(1));
    }

    private RolloutViewsTest slot(int number, UnaryOperator<SlotProgress.Builder> change) {
        progress.add(change.apply(SlotProgress.newBuilder().setSlot(number)).build());
        return this;
    }

    private RolloutViewsTest running(int slot, int revision) {
        return task(slot, revision, TaskState.TASK_STATE_RUNNING,
                task -> task.getDesiredBuilder().setState(TaskState.TASK_STATE_RUNNING));
    }

    /** What is prepared is held back, everything else was told to run. */
    private RolloutViewsTest task(int slot, int revision, TaskState seen,
            Consumer<Task.Builder> change) {
        TaskState desired = seen.getNumber() <= TaskState.TASK_STATE_READY_VALUE
                ? TaskState.TASK_STATE_READY
                : TaskState.TASK_STATE_RUNNING;
        Task.Builder task = Task.newBuilder()
                .setId("t" + slot + "-" + revision)
                .setServiceId("web-id")
                .setSlot(slot)
                .setRevision(revision)
                .setNodeId("n1")
                .setDesired(DesiredState.newBuilder().setState(desired))
                .setStatus(TaskStatus.newBuilder().setState(seen));
        change.accept(task);
        mutations.add(Mutation.newBuilder().setCreateTask(task).build());
        return this;
    }

    private List<String> waiting() {
        return view().getWaitingForList();
    }

    private RolloutView view() {
        return view(rollout -> rollout);
    }

    private RolloutView view(UnaryOperator<Rollout.Builder> change) {
        Rollout.Builder rollout = Rollout.newBuilder()
                .setServiceId("web-id")
                .setFromRevision(OLD)
                .setToRevision(NEW)
                .setState(RolloutState.ROLLOUT_STATE_UPDATING)
                .setPolicy(policy)
                .addAllSlots(progress);
        List<Mutation> all = new ArrayList<>(List.of(
                revision(OLD),
                revision(NEW),
                Mutation.newBuilder().setPutService(service).build(),
                Mutation.newBuilder()
                        .setPutNode(PutNode.newBuilder()
                                .setId("n1")
                                .setName("alpha")
                                .setAvailability(Node.Availability.ACTIVE))
                        .build(),
                Mutation.newBuilder()
                        .setOpenSession(OpenSession.newBuilder()
                                .setNodeId("n1")
                                .setSessionId("s")
                                .setDescription(NodeDescription.getDefaultInstance()))
                        .build()));
        all.addAll(mutations);
        all.add(Mutation.newBuilder().setPutRollout(change.apply(rollout)).build());
        ClusterState state = Applier.applyAhead(ClusterState.empty(), Transaction.newBuilder()
                .setClockMillis(NOW)
                .setWallTime(Timestamp.newBuilder().setSeconds(1_700_000_000))
                .addAllMutations(all)
                .build()).state();
        return new RolloutViews(state, NOW).of(state.service("web-id").orElseThrow(),
                state.rollout("web-id").orElseThrow());
    }

    private Mutation revision(int number) {
        TaskSpec.Builder task = Specs.redis("web", "redis:" + number).getTask().toBuilder();
        return Mutation.newBuilder()
                .setPutRevision(Revision.newBuilder()
                        .setServiceId("web-id")
                        .setNumber(number)
                        .setTask(spec.apply(task)))
                .build();
    }
}
