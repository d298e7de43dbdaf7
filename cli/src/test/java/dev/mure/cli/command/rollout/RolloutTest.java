package dev.mure.cli.command.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.testing.FakeManager;
import dev.mure.cli.testing.ManagerTest;
import dev.mure.cli.testing.Run;
import dev.mure.cli.testing.Samples;
import dev.mure.v1.AbortRollout;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.ControlRolloutRequest;
import dev.mure.v1.ControlRolloutResponse;
import dev.mure.v1.FailureKind;
import dev.mure.v1.ListRevisionsResponse;
import dev.mure.v1.ListRolloutsRequest;
import dev.mure.v1.ListRolloutsResponse;
import dev.mure.v1.ListTasksResponse;
import dev.mure.v1.PauseCause;
import dev.mure.v1.PauseRollout;
import dev.mure.v1.PromoteRollout;
import dev.mure.v1.RequestId;
import dev.mure.v1.ResumeRollout;
import dev.mure.v1.Revision;
import dev.mure.v1.RevisionView;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutFailure;
import dev.mure.v1.RolloutState;
import dev.mure.v1.RolloutView;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.ServiceView;
import dev.mure.v1.SetRollout;
import dev.mure.v1.Share;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.StepRollout;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.TaskState;
import dev.mure.v1.UpdateConfig;
import dev.mure.v1.WatchServiceRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolloutTest extends ManagerTest {

    private ControlRolloutRequest steer(String done, String... arguments) throws InvalidProtocolBufferException {
        manager.answer("ControlRollout", ControlRolloutResponse.newBuilder().setServiceId("x").setRevision(3).build());
        assertThat(mure(arguments)).isEqualTo(new Run(ExitCode.OK, done + "\n", ""));
        return ControlRolloutRequest.parseFrom(manager.bodies("ControlRollout").getLast());
    }

    private static ControlRolloutRequest.Builder request() {
        return ControlRolloutRequest.newBuilder().setService("redis")
                .setRequest(RequestId.newBuilder().setId("request-1"));
    }

    @Test
    void sendsOneRequestPerOrder() throws InvalidProtocolBufferException {
        assertThat(steer("redis paused", "rollout", "pause", "redis"))
                .isEqualTo(request().setPause(PauseRollout.getDefaultInstance()).build());
        assertThat(steer("redis resumed", "rollout", "resume", "redis"))
                .isEqualTo(request().setResume(ResumeRollout.getDefaultInstance()).build());
        assertThat(steer("redis promoted", "rollout", "promote", "redis"))
                .isEqualTo(request().setPromote(PromoteRollout.getDefaultInstance()).build());
        assertThat(steer("redis goes back to revision 3", "rollout", "abort", "redis"))
                .isEqualTo(request().setAbort(AbortRollout.getDefaultInstance()).build());
        assertThat(steer("redis goes on for 1 task", "rollout", "step", "redis"))
                .isEqualTo(request().setStep(StepRollout.newBuilder().setSlots(1)).build());
        assertThat(steer("redis goes on for 3 tasks", "rollout", "step", "redis", "3"))
                .isEqualTo(request().setStep(StepRollout.newBuilder().setSlots(3)).build());
    }

    @Test
    void changesOnlyWhatIsGiven() throws InvalidProtocolBufferException {
        assertThat(steer("redis changed", "rollout", "set", "--parallelism", "50%", "redis"))
                .isEqualTo(request()
                        .setSet(SetRollout.newBuilder().setParallelism(Share.newBuilder().setPercent(50))).build());
        assertThat(steer("redis changed", "rollout", "set", "--delay", "0s", "--monitor", "1s", "--max-failure-ratio",
                "0",
                "--failure-action", "rollback", "--min-healthy", "2s", "--start-deadline", "3s", "--progress-deadline",
                "4s", "redis"))
                .isEqualTo(request()
                        .setSet(SetRollout.newBuilder().setDelay(Samples.seconds(0)).setMonitor(Samples.seconds(1))
                                .setMaxFailureRatio(0).setFailureAction(UpdateConfig.FailureAction.ROLLBACK)
                                .setMinHealthy(Samples.seconds(2)).setStartDeadline(Samples.seconds(3))
                                .setProgressDeadline(Samples.seconds(4)))
                        .build());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "pause|missing argument: SERVICE",
        "pause a b|unexpected argument \"b\": there is only one SERVICE",
        "step redis 0|invalid value \"0\" for N: expected a whole number from 1 to 100000",
        "step redis x|invalid value \"x\" for N: expected a whole number from 0 to 100000",
        "step redis 1 2|unexpected argument \"2\"",
        "set redis|nothing to change: give at least one flag, for example --parallelism 2",
        "set --order auto redis|unknown flag: --order",
        "set --parallelism x redis|invalid value \"x\" for --parallelism: expected a whole number or a percentage such as 25%",
        "ls redis|unexpected argument \"redis\"",
        "ls -f state=flying|invalid value \"flying\" for --filter state: expected updating, paused, completed, rollback_started, rollback_paused or rollback_completed"
    })
    void tellsWrongUsageInOneLineAndSendsNothing(String arguments, String message) {
        String[] words = ("rollout " + arguments).split(" ");

        assertThat(mure(words)).isEqualTo(new Run(ExitCode.WRONG_USAGE, "",
                "mure: " + message + "; see 'mure rollout " + words[1] + " --help'\n"));
        assertThat(manager.requests()).isEmpty();
    }

    @Test
    void passesARefusalOn() {
        manager.refuse("ControlRollout", 400, "failed_precondition", "the rollout of redis is completed");

        assertThat(mure("rollout", "pause", "redis"))
                .isEqualTo(new Run(ExitCode.FAILURE, "", "mure: the rollout of redis is completed\n"));
    }

    private static RolloutView view(String service, RolloutState state, String message) {
        Rollout rollout = Samples.rollout(state, message);
        return RolloutView.newBuilder().setServiceName(service).setRollout(rollout).setSlots(10).setDone(4).setInWork(2)
                .setFailed(1).build();
    }

    @Test
    void listsTheNewestRolloutOfEachService() throws InvalidProtocolBufferException {
        manager.answer("ListRollouts", ListRolloutsResponse.newBuilder()
                .addRollouts(view("web10", RolloutState.ROLLOUT_STATE_PAUSED, "why"))
                .addRollouts(view("web2", RolloutState.ROLLOUT_STATE_UPDATING, "update in progress").toBuilder()
                        .setEstimate(Samples.seconds(80)))
                .build());

        assertThat(mure("rollout", "ls")).isEqualTo(new Run(ExitCode.OK, """
                SERVICE   STATE      FROM      TO        DONE      IN WORK   FAILED    STARTED         ESTIMATE
                web2      updating   1         2         4/10      2         1         2 seconds ago   1m20s
                web10     paused     1         2         4/10      2         1         2 seconds ago  \s
                """, ""));
        assertThat(mure("rollout", "ls", "-q", "-f", "state=Paused").out()).isEqualTo("web10\n");
        assertThat(mure("rollout", "ls", "--format", "{{.Service}}: {{.Message}}", "-f", "service=web10").out())
                .isEqualTo("web2: update in progress\nweb10: why\n");
        assertThat(ListRolloutsRequest.parseFrom(manager.bodies("ListRollouts").getLast()).getServicesList())
                .containsExactly("web10");
    }

    private static RevisionView revision(long number, String image) {
        return RevisionView.newBuilder().setRevision(Revision.newBuilder().setNumber(number)
                .setTask(TaskSpec.newBuilder().setContainer(ContainerSpec.newBuilder().setImage(image)))).build();
    }

    private void answerStatus(RolloutView view) {
        manager.answer("ListRollouts",
                ListRolloutsResponse.newBuilder().addRollouts(view).setIndex(50).setClockMillis(100_000).build())
                .answer("ListRevisions",
                        ListRevisionsResponse.newBuilder().addRevisions(revision(2, "redis:3.0.7@sha256:a"))
                                .addRevisions(revision(1, "redis:3.0.6")).build())
                .answer("ListTasks", ListTasksResponse.newBuilder()
                        .addTasks(Samples.task("a", 3, 2, TaskState.TASK_STATE_RUNNING, TaskState.TASK_STATE_STARTING,
                                1, ""))
                        .addTasks(Samples.running(3, 1)).build());
    }

    @Test
    void showsHowARolloutGoes() {
        RolloutView.Builder view = view("redis", RolloutState.ROLLOUT_STATE_UPDATING, "update in progress").toBuilder()
                .setEstimate(Samples.seconds(41))
                .addWaitingFor("redis.4 waits for a node: no suitable node (1 node down)");
        view.getRolloutBuilder()
                .setPolicy(UpdateConfig.newBuilder().setParallelism(Share.newBuilder().setPercent(20))
                        .setDelay(Samples.seconds(10)).setMonitor(Samples.seconds(5)).setMaxFailureRatio(0.25f)
                        .setFailureAction(UpdateConfig.FailureAction.ROLLBACK).setOrder(UpdateConfig.Order.AUTO)
                        .setStartDeadline(Samples.seconds(300)).setCanary(Share.newBuilder().setCount(1))
                        .addPauseAfter(Share.newBuilder().setPercent(45)).addPauseAfter(Share.newBuilder().setCount(8)))
                .setReleasedSlots(4)
                .addSlots(SlotProgress.newBuilder().setSlot(1).setStartedClockMillis(1).setSettledClockMillis(2)
                        .setGood(true))
                .addSlots(SlotProgress.newBuilder().setSlot(2))
                .addSlots(SlotProgress.newBuilder().setSlot(3).setStartedClockMillis(90_000)
                        .setOrder(UpdateConfig.Order.STOP_FIRST).setOrderReason("port 8080 is in use")
                        .setDeadlineClockMillis(390_500))
                .addSlots(SlotProgress.newBuilder().setSlot(4).setStartedClockMillis(90_000)
                        .setOrder(UpdateConfig.Order.START_FIRST).setInfrastructureFailures(2)
                        .setRetryClockMillis(103_000));
        answerStatus(view.build());

        assertThat(mure("rollout", "status", "redis")).isEqualTo(new Run(ExitCode.OK, """
                Service:       redis
                State:         updating
                Message:       update in progress
                Revision:      1 -> 2
                Image:         redis:3.0.6 -> redis:3.0.7
                Started:       2 seconds ago
                Progress:      4 of 10 done, 2 in work, 1 failed
                Estimate:      about 41s left
                Stages:        canary 1 (passed), 45% (next), 8
                Policy:        parallelism 20%, delay 10s, monitor 5s, on failure rollback, max failure ratio 0.25, auto, start deadline 5m0s

                Slots in work:
                  redis.3   starting on h3   stop-first (port 8080 is in use), deadline in 4m51s
                  redis.4   no task          start-first, 2 infrastructure failures, next try in 3s

                Waiting:
                  redis.4 waits for a node: no suitable node (1 node down)
                """, ""));
    }

    @Test
    void showsWhyARolloutStopped() {
        RolloutView.Builder view = view("redis", RolloutState.ROLLOUT_STATE_ROLLBACK_COMPLETED, "rollback completed")
                .toBuilder();
        view.getRolloutBuilder().setFromRevision(9).setCompletedAt(Samples.secondsAgo(1))
                .setFailure(RolloutFailure.newBuilder().setTaskId("7ial7zep5we7g3rz413u7rmdt").setSlot(3)
                        .setNodeName("h3").setExitCode(1).setError("task: non-zero exit (1)")
                        .setKind(FailureKind.FAILURE_KIND_APPLICATION).addLastOutput("bad port"));
        answerStatus(view.build());

        assertThat(mure("rollout", "status", "redis").out()).contains("Image:         (forgotten) -> redis:3.0.7\n",
                "Completed:     1 second ago\n", """

                        Failure:
                          redis.3 on h3: task: non-zero exit (1)
                            | bad port
                          task 7ial7zep5we7g3rz413u7rmdt, exit code 1, kind application
                        """);
    }

    @Test
    void showsWhatAPausedRolloutWaitsFor() {
        RolloutView.Builder view = view("redis", RolloutState.ROLLOUT_STATE_PAUSED, "update paused after the canary")
                .toBuilder();
        view.getRolloutBuilder().setPauseCause(PauseCause.PAUSE_CAUSE_CANARY).setCanaryUntilClockMillis(125_000)
                .setPolicy(UpdateConfig.newBuilder().setCanary(Share.newBuilder().setPercent(5)));
        answerStatus(view.build());

        assertThat(mure("rollout", "status", "redis").out()).contains("State:         paused (canary)\n",
                "Stages:        canary 5% (next), goes on by itself in 25s\n");
    }

    @Test
    void saysThatThereIsNoRollout() {
        manager.refuse("ListRollouts", 404, "not_found", "service redis has no rollout");

        assertThat(mure("rollout", "status", "redis"))
                .isEqualTo(new Run(ExitCode.FAILURE, "", "mure: service redis has no rollout\n"));
        assertThat(mure("rollout", "watch", "redis").exitCode()).isEqualTo(ExitCode.FAILURE);
    }

    @Test
    void watchesARolloutToItsEnd() throws InvalidProtocolBufferException {
        answerStatus(view("redis", RolloutState.ROLLOUT_STATE_UPDATING, "update in progress"));
        manager.answer("WatchService", FakeManager.openStream(
                List.of(progress(RolloutState.ROLLOUT_STATE_UPDATING, 2),
                        progress(RolloutState.ROLLOUT_STATE_COMPLETED, 3))));

        assertThat(mure("rollout", "watch", "redis")).isEqualTo(new Run(ExitCode.OK, """
                redis: revision 1 -> 2
                overall progress: 2 out of 3 tasks
                1/3: \s
                2/3: \s
                3/3: \s
                overall progress: 3 out of 3 tasks
                verify: Service redis converged
                """, ""));
        byte[] body = manager.bodies("WatchService").getFirst();
        assertThat(WatchServiceRequest.parser().parseFrom(body, 5, body.length - 5)).isEqualTo(
                WatchServiceRequest.newBuilder().setService(Samples.REDIS_ID).setMinIndex(50).build());
    }

    private static ServiceProgress progress(RolloutState state, int updated) {
        ServiceView service =
                Samples.redis().toBuilder().setRevision(2).setRollout(Samples.rollout(state, "x")).build();
        ServiceProgress.Builder progress = ServiceProgress.newBuilder().setService(service).setIndex(50 + updated);
        for (int slot = 1; slot <= 3; slot++) {
            progress.addTasks(
                    Samples.running(slot, slot <= updated ? 2 : 1).toBuilder().setUpToDate(slot <= updated));
        }
        return progress.build();
    }
}
