package dev.mure.agent.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mure.agent.runtime.ContainerState;
import dev.mure.agent.runtime.FakeRuntime;
import dev.mure.agent.runtime.Health;
import dev.mure.agent.runtime.NodeScope;
import dev.mure.agent.runtime.RuntimeFailure;
import dev.mure.v1.Assignment;
import dev.mure.v1.Assignments;
import dev.mure.v1.DesiredState;
import dev.mure.v1.FailureKind;
import dev.mure.v1.PortConfig;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Supervision as a whole, on containers that exist only in memory. */
@Timeout(60)
class TaskTableTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final NodeScope SCOPE = new NodeScope("cluster", "node");
    private static final SupervisionSettings SETTINGS =
            new SupervisionSettings(Duration.ofMillis(1), Duration.ofMillis(5), SOON, Duration.ofSeconds(10));
    private static final SupervisionSettings IMPATIENT =
            new SupervisionSettings(Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(50),
                    Duration.ofSeconds(10));

    private final FakeRuntime runtime = new FakeRuntime();
    private final Map<String, List<TaskStatus>> reports = new ConcurrentHashMap<>();
    private final Map<String, Urgency> urgencies = new ConcurrentHashMap<>();
    private TaskTable table;

    @BeforeEach
    void openTable() {
        table = newTable();
    }

    @AfterEach
    void closeTable() {
        table.close();
    }

    @Test
    void aTaskIsPreparedStartedStoppedAndRemoved() throws Exception {
        table.adopt("cluster");

        order("a", TaskState.TASK_STATE_READY);
        awaitState("a", TaskState.TASK_STATE_READY);
        order("a", TaskState.TASK_STATE_RUNNING);
        awaitState("a", TaskState.TASK_STATE_RUNNING);
        assertThat(last("a").getContainer().getId()).isEqualTo("container-a");
        assertThat(last("a").getContainer().getPid()).isEqualTo(100);
        order("a", TaskState.TASK_STATE_SHUTDOWN);
        awaitState("a", TaskState.TASK_STATE_SHUTDOWN);
        order("a", TaskState.TASK_STATE_REMOVE);
        await().atMost(SOON).until(() -> table.heldTaskIds().isEmpty());

        assertThat(runtime.calls()).containsExactly("prepare a", "start a", "stop a", "remove a");
        assertThat(states("a")).containsExactly(TaskState.TASK_STATE_PREPARING, TaskState.TASK_STATE_READY,
                TaskState.TASK_STATE_STARTING, TaskState.TASK_STATE_RUNNING, TaskState.TASK_STATE_SHUTDOWN);
        assertThat(reports.get("a")).extracting(TaskStatus::getMessage)
                .containsExactly("preparing", "prepared", "starting", "started", "shutdown");
    }

    @Test
    void endsAreReportedWithTheirExitCode() throws Exception {
        table.adopt("cluster");
        run("a");
        run("b");
        runtime.end("a", new ContainerState.Exited(0, ""));
        runtime.end("b", new ContainerState.Exited(3, ""));

        awaitState("a", TaskState.TASK_STATE_COMPLETE);
        assertThat(last("a").getMessage()).isEqualTo("finished");
        awaitState("b", TaskState.TASK_STATE_FAILED);
        assertThat(last("b").getError()).isEqualTo("task: non-zero exit (3)");
        assertThat(last("b").getContainer().getExitCode()).isEqualTo(3);
        assertThat(last("b").getFailure()).isEqualTo(FailureKind.FAILURE_KIND_APPLICATION);
    }

    @Test
    void aTaskWithACheckRunsWhenItIsHealthy() throws Exception {
        table.adopt("cluster");
        runtime.health("a", new Health.Starting());
        order("a", TaskState.TASK_STATE_RUNNING);
        await().atMost(SOON).until(() -> runtime.state("a") instanceof ContainerState.Running);
        awaitState("a", TaskState.TASK_STATE_STARTING);

        runtime.health("a", new Health.Healthy());

        awaitState("a", TaskState.TASK_STATE_RUNNING);
        assertThat(states("a")).containsExactly(TaskState.TASK_STATE_PREPARING, TaskState.TASK_STATE_STARTING,
                TaskState.TASK_STATE_RUNNING);
    }

    @Test
    void anUnhealthyTaskIsStoppedAndThenFails() throws Exception {
        table.adopt("cluster");
        runtime.output("a", List.of("listening", "stuck"));
        runtime.health("a", new Health.Healthy());
        run("a");
        runtime.block("stop a");
        runtime.health("a", new Health.Unhealthy("no answer"));
        await().atMost(SOON).until(() -> runtime.calls().contains("stop a"));
        assertThat(last("a").getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);
        runtime.open("stop a");

        awaitState("a", TaskState.TASK_STATE_FAILED);
        assertThat(last("a").getError()).isEqualTo("task: unhealthy container: no answer");
        assertThat(last("a").getFailure()).isEqualTo(FailureKind.FAILURE_KIND_APPLICATION);
        assertThat(last("a").getLastOutputList()).containsExactly("listening", "stuck");
        assertThat(runtime.calls()).containsExactly("prepare a", "start a", "stop a");
    }

    @Test
    void anUnhealthyTaskThatNeverRanFailsToo() throws Exception {
        table.adopt("cluster");
        runtime.health("a", new Health.Starting());
        order("a", TaskState.TASK_STATE_RUNNING);
        awaitState("a", TaskState.TASK_STATE_STARTING);
        runtime.health("a", new Health.Unhealthy(""));
        awaitState("a", TaskState.TASK_STATE_FAILED);
        assertThat(states("a")).doesNotContain(TaskState.TASK_STATE_RUNNING);
    }

    @Test
    void anAdoptedTaskThatWasRunningStaysRunningUntilItIsUnhealthy() throws Exception {
        runtime.health("a", new Health.Starting());
        runtime.put(SCOPE, "a", new ContainerState.Running(42));
        table.adopt("cluster");
        table.apply(changed(assignment("a", TaskState.TASK_STATE_RUNNING).toBuilder()
                .setObserved(TaskState.TASK_STATE_RUNNING)
                .build()));
        runtime.health("a", new Health.Healthy());
        runtime.health("a", new Health.Unhealthy("bad"));
        awaitState("a", TaskState.TASK_STATE_FAILED);
        assertThat(states("a")).containsExactly(TaskState.TASK_STATE_FAILED);
    }

    @Test
    void aTaskThatWasStoppedAsUnhealthyByAnEarlierAgentHasFailed() throws Exception {
        runtime.health("a", new Health.Unhealthy("bad"));
        runtime.put(SCOPE, "a", new ContainerState.Exited(0, ""));
        table.adopt("cluster");
        order("a", TaskState.TASK_STATE_RUNNING);
        awaitState("a", TaskState.TASK_STATE_FAILED);
        assertThat(last("a").getError()).isEqualTo("task: unhealthy container: bad");
    }

    @Test
    void aFailedTaskReportsItsLastLines() throws Exception {
        table.adopt("cluster");
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            lines.add("\u001B[31mline " + i);
        }
        runtime.output("a", lines);
        run("a");
        runtime.end("a", new ContainerState.Exited(1, ""));
        awaitState("a", TaskState.TASK_STATE_FAILED);
        assertThat(last("a").getLastOutputList()).hasSize(10).startsWith("line 2").endsWith("line 11");

        run("b");
        runtime.end("b", new ContainerState.Exited(0, ""));
        awaitState("b", TaskState.TASK_STATE_COMPLETE);
        assertThat(last("b").getLastOutputList()).isEmpty();
    }

    @Test
    void anEngineThatDoesNotSayTheLastLinesDoesNotHoldUpTheStatus() throws Exception {
        table.adopt("cluster");
        runtime.block("logs slow");
        runtime.fail("logs broken", new RuntimeFailure(RuntimeFailure.Kind.INFRASTRUCTURE, "no logs"));
        for (String task : List.of("slow", "broken")) {
            run(task);
            runtime.end(task, new ContainerState.Exited(1, ""));
            awaitState(task, TaskState.TASK_STATE_FAILED);
            assertThat(last(task).getError()).isEqualTo("task: non-zero exit (1)");
            assertThat(last(task).getLastOutputList()).isEmpty();
        }
    }

    @Test
    void theLastLinesDoNotHoldUpASuccessor() throws Exception {
        table.adopt("cluster");
        run("old");
        table.apply(changed(after("new", "old")));
        awaitState("new", TaskState.TASK_STATE_READY);
        runtime.block("logs old");
        runtime.end("old", new ContainerState.Exited(1, ""));
        await().atMost(SOON).until(() -> runtime.calls().contains("start new"));
        assertThat(last("old").getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);
        runtime.open("logs old");
        awaitState("old", TaskState.TASK_STATE_FAILED);
    }

    @Test
    void aSuccessorStartsWhenTheEndIsKnownAlthoughTheStopIsNotAnswered() throws Exception {
        table.adopt("cluster");
        run("old");
        runtime.block("stop old");
        table.apply(Assignments.newBuilder()
                .addChanged(after("new", "old"))
                .addChanged(assignment("old", TaskState.TASK_STATE_SHUTDOWN))
                .build());
        await().atMost(SOON).until(() -> runtime.calls().contains("stop old"));
        runtime.end("old", new ContainerState.Exited(0, ""));
        awaitState("new", TaskState.TASK_STATE_RUNNING);
        awaitState("old", TaskState.TASK_STATE_SHUTDOWN);
        runtime.open("stop old");
    }

    @Test
    void onlyAnEndThatSomebodyElsewhereMayWaitForIsUrgent() throws Exception {
        table.adopt("cluster");
        run("old");
        table.apply(changed(after("new", "old")));
        awaitState("new", TaskState.TASK_STATE_READY);
        order("old", TaskState.TASK_STATE_SHUTDOWN);
        awaitState("new", TaskState.TASK_STATE_RUNNING);
        order("new", TaskState.TASK_STATE_SHUTDOWN);
        awaitState("new", TaskState.TASK_STATE_SHUTDOWN);
        assertThat(urgencies).containsEntry("old TASK_STATE_SHUTDOWN", Urgency.LINGERS)
                .containsEntry("new TASK_STATE_STARTING", Urgency.LINGERS)
                .containsEntry("new TASK_STATE_READY", Urgency.AT_ONCE)
                .containsEntry("new TASK_STATE_RUNNING", Urgency.AT_ONCE)
                .containsEntry("new TASK_STATE_SHUTDOWN", Urgency.AT_ONCE);
    }

    @Test
    void imageAndPortsAreReported() throws Exception {
        table.adopt("cluster");
        PortConfig port = PortConfig.newBuilder().setTargetPort(80).setPublishedPort(32_768).build();
        runtime.ports("a", List.of(port));
        table.apply(
                changed(assignment("a", TaskState.TASK_STATE_READY).toBuilder().setImageDigest("sha256:b").build()));
        awaitState("a", TaskState.TASK_STATE_READY);
        assertThat(last("a").getContainer().getImageDigest()).isEqualTo("sha256:a");
        assertThat(last("a").getContainer().getPortsList()).isEmpty();
        assertThat(runtime.requests()).singleElement().satisfies(
                request -> assertThat(request.imageDigest()).contains("sha256:b"));
        run("a");
        assertThat(last("a").getContainer().getImageDigest()).isEqualTo("sha256:a");
        assertThat(last("a").getContainer().getPortsList()).containsExactly(port);
    }

    @Test
    void aContainerThatSomebodyRemovedIsAFailure() throws Exception {
        table.adopt("cluster");
        run("a");
        runtime.end("a", new ContainerState.Absent());
        awaitState("a", TaskState.TASK_STATE_FAILED);
        assertThat(last("a").getError()).isEqualTo("task: container was removed");
    }

    @Test
    void aTaskStartsWhenItsPredecessorHasEndedWithoutAnotherOrder() throws Exception {
        table.adopt("cluster");
        run("old");
        runtime.block("stop old");

        table.apply(Assignments.newBuilder()
                .addChanged(after("new", "old"))
                .addChanged(assignment("old", TaskState.TASK_STATE_SHUTDOWN))
                .build());
        awaitState("new", TaskState.TASK_STATE_READY);
        await().atMost(SOON).until(() -> runtime.calls().contains("stop old"));
        assertThat(runtime.calls()).doesNotContain("start new");
        runtime.open("stop old");

        awaitState("new", TaskState.TASK_STATE_RUNNING);
        assertThat(runtime.calls()).containsSubsequence("stop old", "start new");
        assertThat(last("old").getState()).isEqualTo(TaskState.TASK_STATE_SHUTDOWN);
    }

    @Test
    void aPredecessorThatFailsByItselfMakesRoomToo() throws Exception {
        table.adopt("cluster");
        run("old");
        table.apply(changed(after("new", "old")));
        awaitState("new", TaskState.TASK_STATE_READY);
        runtime.end("old", new ContainerState.Exited(1, ""));
        awaitState("new", TaskState.TASK_STATE_RUNNING);
    }

    @Test
    void aPredecessorThatIsGoneIsNotWaitedFor() throws Exception {
        table.adopt("cluster");
        table.apply(changed(after("new", "forgotten")));
        awaitState("new", TaskState.TASK_STATE_RUNNING);
    }

    @Test
    void aPredecessorOfTheSameMessageThatNeverRanIsOver() throws Exception {
        table.adopt("cluster");
        table.apply(Assignments.newBuilder()
                .addChanged(after("new", "old"))
                .addChanged(assignment("old", TaskState.TASK_STATE_SHUTDOWN))
                .build());
        awaitState("old", TaskState.TASK_STATE_SHUTDOWN);
        awaitState("new", TaskState.TASK_STATE_RUNNING);
    }

    @Test
    void anOrderToStopBreaksOffALongPull() throws Exception {
        table.adopt("cluster");
        runtime.block("prepare a");
        order("a", TaskState.TASK_STATE_RUNNING);
        await().atMost(SOON).until(() -> runtime.calls().contains("prepare a"));

        order("a", TaskState.TASK_STATE_SHUTDOWN);

        awaitState("a", TaskState.TASK_STATE_SHUTDOWN);
        assertThat(runtime.calls()).containsExactly("prepare a");
    }

    @Test
    void anOrderToRemoveDuringAStopIsFollowedAfterwards() throws Exception {
        table.adopt("cluster");
        run("a");
        runtime.block("stop a");
        order("a", TaskState.TASK_STATE_SHUTDOWN);
        await().atMost(SOON).until(() -> runtime.calls().contains("stop a"));
        order("a", TaskState.TASK_STATE_REMOVE);
        runtime.open("stop a");

        await().atMost(SOON).until(() -> runtime.calls().contains("remove a"));
        assertThat(states("a")).endsWith(TaskState.TASK_STATE_SHUTDOWN).containsOnlyOnce(TaskState.TASK_STATE_SHUTDOWN);
    }

    @Test
    void aMissingImageRejectsTheTask() throws Exception {
        table.adopt("cluster");
        runtime.fail("prepare a", new RuntimeFailure(RuntimeFailure.Kind.IMAGE, "No such image: web:9"));
        order("a", TaskState.TASK_STATE_RUNNING);

        awaitState("a", TaskState.TASK_STATE_REJECTED);
        assertThat(last("a").getError()).isEqualTo("No such image: web:9");
        assertThat(last("a").getFailure()).isEqualTo(FailureKind.FAILURE_KIND_IMAGE);
        order("a", TaskState.TASK_STATE_REMOVE);
        assertThat(runtime.calls()).containsExactly("prepare a");
    }

    @Test
    void aRefusedStartFailsTheTaskWhichThenCountsAsEnded() throws Exception {
        table.adopt("cluster");
        runtime.fail("start a", new RuntimeFailure(RuntimeFailure.Kind.APPLICATION, "starting container failed: no"));
        order("a", TaskState.TASK_STATE_RUNNING);
        awaitState("a", TaskState.TASK_STATE_FAILED);
        table.apply(changed(after("b", "a")));
        awaitState("b", TaskState.TASK_STATE_RUNNING);
    }

    @Test
    void anEngineThatDoesNotAnswerIsTriedAgain() throws Exception {
        table.adopt("cluster");
        RuntimeFailure unreachable = new RuntimeFailure(RuntimeFailure.Kind.UNREACHABLE, "no answer");
        runtime.fail("start a", unreachable);
        order("a", TaskState.TASK_STATE_RUNNING);
        await().atMost(SOON).until(() -> runtime.calls().stream().filter("start a"::equals).count() > 1);
        runtime.heal("start a");
        awaitState("a", TaskState.TASK_STATE_RUNNING);

        runtime.fail("stop a", unreachable);
        order("a", TaskState.TASK_STATE_SHUTDOWN);
        await().atMost(SOON).until(() -> runtime.calls().stream().filter("stop a"::equals).count() > 2);
        assertThat(last("a").getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);
        runtime.heal("stop a");
        awaitState("a", TaskState.TASK_STATE_SHUTDOWN);
    }

    @Test
    void anEngineThatNeverAnswersIsGivenUp() throws Exception {
        table.close();
        table = newTable(IMPATIENT);
        table.adopt("cluster");
        RuntimeFailure unreachable = new RuntimeFailure(RuntimeFailure.Kind.UNREACHABLE, "no answer");
        runtime.fail("prepare a", unreachable);
        runtime.fail("find a", unreachable);
        order("a", TaskState.TASK_STATE_RUNNING);
        awaitState("a", TaskState.TASK_STATE_REJECTED);
        assertThat(last("a").getFailure()).isEqualTo(FailureKind.FAILURE_KIND_INFRASTRUCTURE);
    }

    @Test
    void waitingForAnEndSurvivesARestartOfTheEngine() throws Exception {
        table.adopt("cluster");
        runtime.fail("await a", new RuntimeFailure(RuntimeFailure.Kind.UNREACHABLE, "no answer"));
        run("a");
        runtime.end("a", new ContainerState.Exited(2, ""));
        runtime.heal("await a");
        awaitState("a", TaskState.TASK_STATE_FAILED);
    }

    @Test
    void aRestartedAgentAdoptsAndDoesNotStartAgain() throws Exception {
        runtime.put(SCOPE, "runs", new ContainerState.Running(42));
        runtime.put(SCOPE, "ended", new ContainerState.Exited(4, ""));
        runtime.put(SCOPE, "created", new ContainerState.Created());
        runtime.put(new NodeScope("cluster", "neighbour"), "foreign", new ContainerState.Running(43));
        table.adopt("cluster");
        assertThat(table.heldTaskIds()).containsExactly("created", "ended", "runs");

        table.apply(Assignments.newBuilder()
                .setComplete(true)
                .addChanged(assignment("runs", TaskState.TASK_STATE_RUNNING).toBuilder()
                        .setObserved(TaskState.TASK_STATE_STARTING))
                .addChanged(assignment("ended", TaskState.TASK_STATE_RUNNING).toBuilder()
                        .setObserved(TaskState.TASK_STATE_RUNNING))
                .addChanged(assignment("created", TaskState.TASK_STATE_RUNNING).toBuilder()
                        .setObserved(TaskState.TASK_STATE_STARTING))
                .build());

        awaitState("runs", TaskState.TASK_STATE_RUNNING);
        awaitState("ended", TaskState.TASK_STATE_FAILED);
        awaitState("created", TaskState.TASK_STATE_RUNNING);
        assertThat(runtime.calls()).containsExactly("start created");
    }

    @Test
    void whatTheManagersKnowToHaveEndedIsNotStarted() throws Exception {
        table.adopt("cluster");
        table.apply(changed(assignment("a", TaskState.TASK_STATE_RUNNING).toBuilder()
                .setObserved(TaskState.TASK_STATE_FAILED)
                .build()));
        run("b");
        assertThat(runtime.calls()).containsExactly("prepare b", "start b");
        assertThat(reports).doesNotContainKey("a");
    }

    @Test
    void absenceIsNoOrder() throws Exception {
        runtime.put(SCOPE, "a", new ContainerState.Running(42));
        table.adopt("cluster");
        table.apply(Assignments.newBuilder().setComplete(true).build());
        run("b");
        table.apply(Assignments.newBuilder().setComplete(true).build());
        assertThat(table.heldTaskIds()).containsExactly("a", "b");
        assertThat(runtime.state("a")).isInstanceOf(ContainerState.Running.class);
        assertThat(runtime.calls()).doesNotContain("stop a", "remove a");
    }

    @Test
    void aCondemnedContainerIsStoppedAndRemoved() throws Exception {
        runtime.put(SCOPE, "a", new ContainerState.Running(42));
        table.adopt("cluster");
        table.apply(changed(Assignment.newBuilder()
                .setTaskId("a")
                .setDesired(DesiredState.newBuilder().setState(TaskState.TASK_STATE_REMOVE))
                .build()));
        awaitState("a", TaskState.TASK_STATE_SHUTDOWN);
        await().atMost(SOON).until(() -> table.heldTaskIds().isEmpty());
        assertThat(runtime.calls()).containsExactly("stop a", "remove a");
    }

    @Test
    void aForgottenTaskLosesItsContainerWithoutAWord() throws Exception {
        runtime.put(SCOPE, "a", new ContainerState.Exited(0, ""));
        table.adopt("cluster");
        table.apply(Assignments.newBuilder().addForgottenTaskIds("a").addForgottenTaskIds("never heard of").build());
        await().atMost(SOON).until(() -> table.heldTaskIds().isEmpty());
        assertThat(runtime.calls()).containsExactly("remove a");
        assertThat(reports).isEmpty();
    }

    @Test
    void aTaskThatComesBackAfterItWasForgottenIsSupervisedAnew() throws Exception {
        table.adopt("cluster");
        run("a");
        order("a", TaskState.TASK_STATE_REMOVE);
        await().atMost(SOON).until(() -> runtime.calls().contains("remove a"));
        table.apply(Assignments.newBuilder().addForgottenTaskIds("a").build());
        reports.clear();
        order("a", TaskState.TASK_STATE_REMOVE);
        await().atMost(SOON).until(() -> reports.containsKey("a") || !table.heldTaskIds().contains("a"));
    }

    @Test
    void aClosedTableLeavesContainersAlone() throws Exception {
        table.adopt("cluster");
        run("a");
        table.close();
        assertThat(runtime.state("a")).isInstanceOf(ContainerState.Running.class);

        table = newTable();
        table.adopt("cluster");
        order("a", TaskState.TASK_STATE_SHUTDOWN);
        awaitState("a", TaskState.TASK_STATE_SHUTDOWN);
    }

    @Test
    void errorsAreCut() throws Exception {
        table.adopt("cluster");
        runtime.fail("prepare a", new RuntimeFailure(RuntimeFailure.Kind.IMAGE, "x".repeat(5_000)));
        order("a", TaskState.TASK_STATE_RUNNING);
        awaitState("a", TaskState.TASK_STATE_REJECTED);
        assertThat(last("a").getError()).hasSize(1_000).endsWith("…");
    }

    /** Orders that overtake each other at every point of a task's way. */
    @RepeatedTest(20)
    void aThousandTasksRunAndStop() throws Exception {
        table.adopt("cluster");
        List<Assignment> start = new ArrayList<>();
        List<Assignment> stop = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            start.add(assignment("t" + i, TaskState.TASK_STATE_RUNNING));
            stop.add(assignment("t" + i, TaskState.TASK_STATE_SHUTDOWN));
        }
        table.apply(Assignments.newBuilder().addAllChanged(start).build());
        table.apply(Assignments.newBuilder().addAllChanged(stop).build());
        await().atMost(SOON).until(() -> reports.values().stream()
                .filter(all -> all.getLast().getState() == TaskState.TASK_STATE_SHUTDOWN).count() == 1_000);
        for (int i = 0; i < 1_000; i++) {
            assertThat(runtime.state("t" + i)).isNotInstanceOf(ContainerState.Running.class);
        }
    }

    private TaskTable newTable() {
        return newTable(SETTINGS);
    }

    private TaskTable newTable(SupervisionSettings settings) {
        return new TaskTable("node", runtime, (taskId, status, urgency) -> {
            urgencies.put(taskId + " " + status.getState(), urgency);
            reports.compute(taskId, (_, known) -> {
                List<TaskStatus> all = known == null ? new ArrayList<>() : new ArrayList<>(known);
                all.add(status);
                return all;
            });
        }, settings);
    }

    private void run(String taskId) {
        order(taskId, TaskState.TASK_STATE_RUNNING);
        awaitState(taskId, TaskState.TASK_STATE_RUNNING);
    }

    private void order(String taskId, TaskState desired) {
        table.apply(changed(assignment(taskId, desired)));
    }

    private static Assignments changed(Assignment assignment) {
        return Assignments.newBuilder().addChanged(assignment).build();
    }

    private static Assignment assignment(String taskId, TaskState desired) {
        return Assignment.newBuilder()
                .setTaskId(taskId)
                .setServiceName("web")
                .setObserved(TaskState.TASK_STATE_ASSIGNED)
                .setDesired(DesiredState.newBuilder().setState(desired))
                .build();
    }

    private static Assignment after(String taskId, String predecessor) {
        Assignment.Builder assignment = assignment(taskId, TaskState.TASK_STATE_RUNNING).toBuilder();
        assignment.getDesiredBuilder().setStartAfterStopOf(predecessor);
        return assignment.build();
    }

    private void awaitState(String taskId, TaskState state) {
        await().atMost(SOON).pollInterval(Duration.ofMillis(2))
                .until(() -> reports.containsKey(taskId) && last(taskId).getState() == state);
    }

    private TaskStatus last(String taskId) {
        return reports.getOrDefault(taskId, List.of()).getLast();
    }

    private List<TaskState> states(String taskId) {
        return reports.getOrDefault(taskId, List.of()).stream().map(TaskStatus::getState).toList();
    }
}
