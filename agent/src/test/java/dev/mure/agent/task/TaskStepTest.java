package dev.mure.agent.task;

import static dev.mure.agent.task.Step.Action.LOOK;
import static dev.mure.agent.task.Step.Action.PREPARE;
import static dev.mure.agent.task.Step.Action.REMOVE;
import static dev.mure.agent.task.Step.Action.START;
import static dev.mure.agent.task.Step.Action.STOP;
import static dev.mure.agent.task.Step.Action.WAIT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.agent.runtime.ContainerState;
import dev.mure.agent.runtime.Health;
import dev.mure.agent.task.Step.Action;
import dev.mure.v1.FailureKind;
import dev.mure.v1.TaskState;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of a task's life, one per line. */
class TaskStepTest {

    private static final List<ContainerState> CONTAINERS =
            List.of(new ContainerState.Unknown(), new ContainerState.Absent(),
                    new ContainerState.Created(), new ContainerState.Running(7), new ContainerState.Exited(0, ""),
                    new ContainerState.Exited(3, ""), new ContainerState.Lost("gone"));
    private static final List<Health> HEALTHS =
            List.of(new Health.None(), new Health.Starting(), new Health.Healthy(), new Health.Unhealthy("bad"));

    @ParameterizedTest(name = "{0} seen {1}, container {2}, may start {3}: {4} {5}")
    @CsvSource(nullValues = "-", textBlock = """
            # desired | observed | container | may start | report           | action
            # A task is prepared, and waits when that is all that is wanted.
            READY,      ASSIGNED,  absent,     true,       PREPARING,         PREPARE
            READY,      PREPARING, absent,     true,       -,                 PREPARE
            READY,      PREPARING, created,    true,       READY,             WAIT
            READY,      READY,     created,    true,       -,                 WAIT
            READY,      READY,     absent,     true,       -,                 PREPARE
            # It is started when that is wanted and nobody has to end first.
            RUNNING,    ASSIGNED,  absent,     true,       PREPARING,         PREPARE
            RUNNING,    ASSIGNED,  absent,     false,      PREPARING,         PREPARE
            RUNNING,    PREPARING, created,    true,       STARTING,          START
            RUNNING,    READY,     created,    true,       STARTING,          START
            RUNNING,    PREPARING, created,    false,      READY,             WAIT
            RUNNING,    READY,     created,    false,      -,                 WAIT
            RUNNING,    STARTING,  created,    true,       -,                 START
            RUNNING,    STARTING,  running,    true,       RUNNING,           WAIT
            RUNNING,    RUNNING,   running,    true,       -,                 WAIT
            # What an earlier agent started is adopted and not started again.
            RUNNING,    ASSIGNED,  running,    true,       RUNNING,           WAIT
            RUNNING,    ASSIGNED,  created,    true,       STARTING,          START
            RUNNING,    READY,     exit 0,     true,       COMPLETE,          WAIT
            RUNNING,    STARTING,  exit 3,     true,       FAILED,            WAIT
            READY,      READY,     exit 3,     true,       FAILED,            WAIT
            # Ends.
            RUNNING,    RUNNING,   exit 0,     true,       COMPLETE,          WAIT
            RUNNING,    RUNNING,   exit 3,     true,       FAILED,            WAIT
            RUNNING,    RUNNING,   lost,       true,       FAILED,            WAIT
            RUNNING,    RUNNING,   absent,     true,       FAILED,            WAIT
            RUNNING,    STARTING,  absent,     true,       FAILED,            WAIT
            RUNNING,    RUNNING,   created,    true,       FAILED,            WAIT
            # With a health check it is RUNNING when it is healthy, and stays so until it is unhealthy.
            RUNNING,    READY,     running/starting,  true, STARTING,         WAIT
            RUNNING,    STARTING,  running/starting,  true, -,                WAIT
            RUNNING,    STARTING,  running/healthy,   true, RUNNING,          WAIT
            RUNNING,    RUNNING,   running/healthy,   true, -,                WAIT
            RUNNING,    RUNNING,   running/starting,  true, -,                WAIT
            # An unhealthy one is stopped, and has failed when it has ended, however it did.
            RUNNING,    STARTING,  running/unhealthy, true, -,                STOP
            RUNNING,    RUNNING,   running/unhealthy, true, -,                STOP
            RUNNING,    RUNNING,   exit 0/unhealthy,  true, FAILED,           WAIT
            RUNNING,    RUNNING,   exit 3/unhealthy,  true, FAILED,           WAIT
            RUNNING,    FAILED,    running/unhealthy, true, -,                WAIT
            SHUTDOWN,   RUNNING,   running/unhealthy, true, -,                STOP
            SHUTDOWN,   RUNNING,   exit 3/unhealthy,  true, SHUTDOWN,         WAIT
            RUNNING,    RUNNING,   exit 0/healthy,    true, COMPLETE,         WAIT
            RUNNING,    STARTING,  exit 3/starting,   true, FAILED,           WAIT
            NEW,        NEW,       running/unhealthy, true, -,                WAIT
            # What has ended is left as it is.
            RUNNING,    COMPLETE,  exit 0,     true,       -,                 WAIT
            RUNNING,    FAILED,    created,    true,       -,                 WAIT
            RUNNING,    REJECTED,  absent,     true,       -,                 WAIT
            RUNNING,    SHUTDOWN,  absent,     true,       -,                 WAIT
            RUNNING,    ORPHANED,  running,    true,       -,                 WAIT
            # It is stopped, and its container kept.
            SHUTDOWN,   RUNNING,   running,    true,       -,                 STOP
            SHUTDOWN,   STARTING,  running,    true,       -,                 STOP
            SHUTDOWN,   FAILED,    running,    true,       -,                 STOP
            SHUTDOWN,   RUNNING,   exit 0,     true,       SHUTDOWN,          WAIT
            SHUTDOWN,   RUNNING,   exit 3,     true,       SHUTDOWN,          WAIT
            SHUTDOWN,   RUNNING,   lost,       true,       SHUTDOWN,          WAIT
            SHUTDOWN,   RUNNING,   absent,     true,       SHUTDOWN,          WAIT
            SHUTDOWN,   ASSIGNED,  absent,     true,       SHUTDOWN,          WAIT
            SHUTDOWN,   READY,     created,    true,       SHUTDOWN,          WAIT
            SHUTDOWN,   SHUTDOWN,  exit 0,     true,       -,                 WAIT
            SHUTDOWN,   FAILED,    exit 3,     true,       -,                 WAIT
            # It is removed with its container.
            REMOVE,     RUNNING,   running,    true,       -,                 STOP
            REMOVE,     RUNNING,   exit 0,     true,       SHUTDOWN,          REMOVE
            REMOVE,     SHUTDOWN,  exit 0,     true,       -,                 REMOVE
            REMOVE,     READY,     created,    true,       SHUTDOWN,          REMOVE
            REMOVE,     FAILED,    exit 3,     true,       -,                 REMOVE
            REMOVE,     FAILED,    lost,       true,       -,                 REMOVE
            REMOVE,     ASSIGNED,  absent,     true,       SHUTDOWN,          WAIT
            REMOVE,     SHUTDOWN,  absent,     true,       -,                 WAIT
            # After an unknown outcome it looks first.
            RUNNING,    PREPARING, unknown,    true,       -,                 LOOK
            SHUTDOWN,   PREPARING, unknown,    true,       -,                 LOOK
            REMOVE,     SHUTDOWN,  unknown,    true,       -,                 LOOK
            # Without an order nothing happens.
            NEW,        NEW,       unknown,    true,       -,                 WAIT
            NEW,        NEW,       running,    true,       -,                 WAIT
            NEW,        NEW,       exit 3,     true,       -,                 WAIT
            """)
    void rule(String desired, String observed, String container, boolean mayStart, String report, Action action) {
        Step step = TaskStep.next(
                new TaskFacts(state(desired), state(observed), container(container), health(container), mayStart,
                        Optional.empty()));

        assertThat(step.report().map(Step.Report::state))
                .isEqualTo(Optional.ofNullable(report).map(TaskStepTest::state));
        assertThat(step.action()).isEqualTo(action);
    }

    @Test
    void aFailureSaysWhatHappenedAndWhoIsToBlame() {
        assertThat(failure(new ContainerState.Exited(1, "")))
                .isEqualTo(new Step.Report(TaskState.TASK_STATE_FAILED, "started", "task: non-zero exit (1)",
                        FailureKind.FAILURE_KIND_APPLICATION));
        assertThat(failure(new ContainerState.Exited(137, "out of memory")).error())
                .isEqualTo("task: non-zero exit (137): out of memory");
        assertThat(failure(new ContainerState.Lost("the shim was killed")))
                .isEqualTo(new Step.Report(TaskState.TASK_STATE_FAILED, "started", "task: the shim was killed",
                        FailureKind.FAILURE_KIND_INFRASTRUCTURE));
        assertThat(failure(new ContainerState.Absent()).error()).isEqualTo("task: container was removed");
        assertThat(failure(new ContainerState.Exited(0, ""), new Health.Unhealthy("no answer")))
                .isEqualTo(new Step.Report(TaskState.TASK_STATE_FAILED, "started",
                        "task: unhealthy container: no answer", FailureKind.FAILURE_KIND_APPLICATION));
        assertThat(failure(new ContainerState.Exited(137, ""), new Health.Unhealthy("")).error())
                .isEqualTo("task: unhealthy container");
    }

    @Test
    void whatCanNotBePreparedIsRejectedAndWhatCanNotBeStartedFails() {
        Optional<TaskFault> fault = Optional.of(new TaskFault("No such image: a:1", FailureKind.FAILURE_KIND_IMAGE));
        for (ContainerState container : CONTAINERS) {
            Step rejected =
                    TaskStep.next(new TaskFacts(TaskState.TASK_STATE_RUNNING, TaskState.TASK_STATE_PREPARING, container,
                            new Health.None(), true, fault));
            assertThat(rejected).isEqualTo(Step.of(new Step.Report(TaskState.TASK_STATE_REJECTED, "preparing",
                    "No such image: a:1", FailureKind.FAILURE_KIND_IMAGE), WAIT));

            Step failed =
                    TaskStep.next(new TaskFacts(TaskState.TASK_STATE_RUNNING, TaskState.TASK_STATE_STARTING, container,
                            new Health.None(), true, fault));
            assertThat(failed.report().map(Step.Report::state)).contains(TaskState.TASK_STATE_FAILED);
            assertThat(failed.report().map(Step.Report::message)).contains("starting");
        }
    }

    @Test
    void anOrderToStopBreaksOffPreparingAndNothingElse() {
        for (Action action : Action.values()) {
            assertThat(TaskStep.abandons(TaskState.TASK_STATE_SHUTDOWN, action)).isEqualTo(action == PREPARE);
            assertThat(TaskStep.abandons(TaskState.TASK_STATE_REMOVE, action)).isEqualTo(action == PREPARE);
            assertThat(TaskStep.abandons(TaskState.TASK_STATE_RUNNING, action)).isFalse();
            assertThat(TaskStep.abandons(TaskState.TASK_STATE_NEW, action)).isFalse();
        }
    }

    /** The invariants, over all facts there can be. */
    @Test
    void invariantsHoldForAllFacts() {
        allFacts().forEach(facts -> {
            Step step = TaskStep.next(facts);
            String what = facts + " -> " + step;
            boolean stops = TaskStates.stops(facts.desired());
            boolean unhealthy = facts.health() instanceof Health.Unhealthy;
            assertThat(step.action() == STOP && !stops && !(unhealthy && !facts.ended())).as(what).isFalse();
            assertThat(step.action() == REMOVE && facts.desired() != TaskState.TASK_STATE_REMOVE).as(what).isFalse();
            assertThat(step.action() == START && (stops || facts.ended() || !facts.mayStart())).as(what).isFalse();
            assertThat(step.action() == START && !(facts.container() instanceof ContainerState.Created)).as(what)
                    .isFalse();
            assertThat(step.action() == PREPARE && (stops || facts.ended())).as(what).isFalse();
            assertThat(step.action() == STOP && !(facts.container() instanceof ContainerState.Running)).as(what)
                    .isFalse();
            assertThat(step.action() != WAIT && facts.desired() == TaskState.TASK_STATE_NEW).as(what).isFalse();
            assertThat(step.action() == LOOK && !(facts.container() instanceof ContainerState.Unknown)).as(what)
                    .isFalse();
            // States only move forward, and an end is reported once.
            step.report().ifPresent(
                    report -> assertThat(TaskStates.before(facts.observed(), report.state())).as(what).isTrue());
            step.report().ifPresent(_ -> assertThat(facts.ended()).as(what).isFalse());
            // Having reported, it has nothing more to report.
            step.report().ifPresent(report -> assertThat(TaskStep.next(new TaskFacts(facts.desired(), report.state(),
                    facts.container(), facts.health(), facts.mayStart(), facts.fault())).report()).as(what)
                    .isEmpty());
        });
    }

    private static Stream<TaskFacts> allFacts() {
        List<Optional<TaskFault>> faults = List.of(Optional.empty(),
                Optional.of(new TaskFault("no", FailureKind.FAILURE_KIND_APPLICATION)));
        return Stream.of("NEW", "READY", "RUNNING", "SHUTDOWN", "REMOVE")
                .flatMap(desired -> Stream.of(TaskState.values())
                        .filter(observed -> observed != TaskState.UNRECOGNIZED)
                        .flatMap(observed -> CONTAINERS.stream()
                                .flatMap(container -> HEALTHS.stream()
                                        .flatMap(health -> Stream.of(true, false)
                                                .flatMap(mayStart -> faults.stream()
                                                        .map(fault -> new TaskFacts(state(desired), observed,
                                                                container, health, mayStart, fault)))))));
    }

    private static Step.Report failure(ContainerState container) {
        return failure(container, new Health.None());
    }

    private static Step.Report failure(ContainerState container, Health health) {
        return TaskStep.next(new TaskFacts(TaskState.TASK_STATE_RUNNING, TaskState.TASK_STATE_RUNNING, container,
                health, true, Optional.empty())).report().orElseThrow();
    }

    private static TaskState state(String name) {
        return TaskState.valueOf("TASK_STATE_" + name);
    }

    private static Health health(String name) {
        return switch (name.substring(name.indexOf('/') + 1)) {
            case "starting" -> new Health.Starting();
            case "healthy" -> new Health.Healthy();
            case "unhealthy" -> new Health.Unhealthy("bad");
            default -> new Health.None();
        };
    }

    private static ContainerState container(String name) {
        return switch (name.split("/", -1)[0]) {
            case "unknown" -> new ContainerState.Unknown();
            case "absent" -> new ContainerState.Absent();
            case "created" -> new ContainerState.Created();
            case "running" -> new ContainerState.Running(7);
            case "exit 0" -> new ContainerState.Exited(0, "");
            case "exit 3" -> new ContainerState.Exited(3, "");
            case "lost" -> new ContainerState.Lost("gone");
            default -> throw new IllegalArgumentException(name);
        };
    }
}
