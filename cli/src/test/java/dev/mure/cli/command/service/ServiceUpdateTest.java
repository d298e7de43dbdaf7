package dev.mure.cli.command.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.cli.process.ExitCode;
import dev.mure.cli.testing.FakeManager;
import dev.mure.cli.testing.ManagerTest;
import dev.mure.cli.testing.Run;
import dev.mure.cli.testing.Samples;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.GetServiceResponse;
import dev.mure.v1.GlobalMode;
import dev.mure.v1.HealthConfig;
import dev.mure.v1.Label;
import dev.mure.v1.PauseCause;
import dev.mure.v1.PortConfig;
import dev.mure.v1.RequestId;
import dev.mure.v1.RollbackServiceRequest;
import dev.mure.v1.RollbackServiceResponse;
import dev.mure.v1.RolloutFailure;
import dev.mure.v1.RolloutState;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.ServiceView;
import dev.mure.v1.Share;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.UpdateConfig;
import dev.mure.v1.UpdateServiceRequest;
import dev.mure.v1.UpdateServiceResponse;
import dev.mure.v1.UpdateServiceResponse.Effect;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceUpdateTest extends ManagerTest {
    private static final ServiceSpec CURRENT = current();

    private static ServiceSpec current() {
        ServiceSpec.Builder spec =
                Samples.redisSpec().toBuilder().addLabels(label("a", "1")).addLabels(label("c", "3"));
        spec.getTaskBuilder().getContainerBuilder().addAllEnv(List.of("Z=1", "A=2", "M=3")).addLabels(label("x", "1"))
                .addArgs("old");
        return spec.build();
    }

    private static Label label(String key, String value) {
        return Label.newBuilder().setKey(key).setValue(value).build();
    }

    private void answer(Effect effect) {
        answer(CURRENT, effect);
    }

    private void answer(ServiceSpec current, Effect effect) {
        manager.answer("GetService",
                GetServiceResponse.newBuilder().setService(Samples.redis().toBuilder().setSpec(current)).setIndex(99)
                        .build())
                .answer("UpdateService",
                        UpdateServiceResponse.newBuilder().setId(Samples.REDIS_ID).setRevision(2).setIndex(100)
                                .setEffect(effect).build());
    }

    private ServiceSpec update(String... flags) throws IOException {
        return updateOf(CURRENT, flags);
    }

    private ServiceSpec updateOf(ServiceSpec current, String... flags) throws IOException {
        answer(current, Effect.NEW_REVISION);
        String[] arguments = new String[flags.length + 4];
        System.arraycopy(new String[]{"service", "update", "--detach"}, 0, arguments, 0, 3);
        System.arraycopy(flags, 0, arguments, 3, flags.length);
        arguments[arguments.length - 1] = "redis";
        assertThat(mure(arguments)).isEqualTo(new Run(ExitCode.OK, "redis\n", ""));
        return UpdateServiceRequest.parseFrom(manager.bodies("UpdateService").getLast()).getSpec();
    }

    private static ContainerSpec container(ServiceSpec spec) {
        return spec.getTask().getContainer();
    }

    @Test
    void changesOnlyWhatIsGiven() throws IOException {
        ServiceSpec.Builder expected = CURRENT.toBuilder();
        expected.getTaskBuilder().getContainerBuilder().setImage("redis:3.0.7");

        assertThat(update("--image", "redis:3.0.7")).isEqualTo(expected.build());
        UpdateServiceRequest request = UpdateServiceRequest.parseFrom(manager.bodies("UpdateService").getLast());
        assertThat(request.getService()).isEqualTo(Samples.REDIS_ID);
        assertThat(request.getSpecVersion()).isEqualTo(1217);
        assertThat(request.getRequest().getId()).isEqualTo("request-1");
        assertThat(request.getRequest().getFirstIndex()).isEqualTo(99);
    }

    @Test
    void sendsTheSpecAsItIsToResume() throws IOException {
        assertThat(update()).isEqualTo(CURRENT);
    }

    @Test
    void countsForcedUpdates() throws IOException {
        assertThat(update("--force").getTask().getForceUpdate()).isEqualTo(1);
        assertThat(update("--force=false").getTask().getForceUpdate()).isZero();
    }

    @Test
    void mergesLists() throws IOException {
        ServiceSpec spec = update("--env-rm", "A", "--env-add", "Z=9", "--env-add", "N=4", "--env-rm", "NOSUCH",
                "--label-add", "b=2",
                "--label-rm", "a", "--container-label-add", "x=2", "--container-label-add", "w=0");

        assertThat(container(spec).getEnvList()).containsExactly("Z=9", "M=3", "N=4");
        assertThat(spec.getLabelsList()).containsExactly(label("b", "2"), label("c", "3"));
        assertThat(container(spec).getLabelsList()).containsExactly(label("w", "0"), label("x", "2"));
        assertThat(container(update("--container-label-rm", "x")).getLabelsList()).isEmpty();
    }

    @Test
    void removesBeforeItAdds() throws IOException {
        assertThat(container(update("--env-rm", "A", "--env-add", "A=new")).getEnvList()).containsExactly("Z=1", "M=3",
                "A=new");
    }

    @Test
    void mapsTheFlagsThatItSharesWithCreate() throws IOException {
        ServiceSpec spec = update("--replicas", "5", "--update-delay", "0s", "--update-parallelism", "2",
                "--restart-max-attempts", "4", "-w",
                "/x", "--entrypoint", "a b", "--stop-grace-period", "1s", "--rollback-parallelism", "0",
                "--update-order", "auto", "--restart-max-delay", "1m", "--max-unavailable", "25%");

        assertThat(spec.getReplicated().getReplicas()).isEqualTo(5);
        assertThat(spec.getUpdate().getDelay()).isEqualTo(Samples.seconds(0));
        assertThat(spec.getUpdate().getParallelism().getCount()).isEqualTo(2);
        assertThat(spec.getTask().getRestart().getMaxAttempts()).isEqualTo(4);
        assertThat(spec.getTask().getRestart().getDelay()).isEqualTo(Samples.seconds(5));
        assertThat(spec.getRollback()).isEqualTo(
                CURRENT.getRollback().toBuilder().setParallelism(Share.newBuilder().setCount(0)).build());
        assertThat(spec.getUpdate().getOrder()).isEqualTo(UpdateConfig.Order.AUTO);
        assertThat(spec.getTask().getRestart().getMaxDelay()).isEqualTo(Samples.seconds(60));
        assertThat(spec.getMaxUnavailable()).isEqualTo(Share.newBuilder().setPercent(25).build());
        assertThat(container(spec).getCommandList()).containsExactly("a", "b");
        assertThat(container(spec).getDir()).isEqualTo("/x");
        assertThat(container(spec).getStopGracePeriod()).isEqualTo(Samples.seconds(1));
    }

    @Test
    void replacesArguments() throws IOException {
        assertThat(container(update("--args", "--port 1 'a b'")).getArgsList()).containsExactly("--port", "1", "a b");
        assertThat(container(update("--args", "")).getArgsList()).isEmpty();
    }

    @Test
    void readsAgainWhenSomebodyElseWasQuicker() throws IOException {
        manager.answer("GetService", GetServiceResponse.newBuilder().setService(Samples.redis()).setIndex(1).build())
                .answer("GetService",
                        GetServiceResponse.newBuilder().setService(Samples.redis().toBuilder().setSpecVersion(1218))
                                .setIndex(2).build())
                .refuse("UpdateService", 409, "aborted", "changed")
                .answer("UpdateService", UpdateServiceResponse.newBuilder().setId(Samples.REDIS_ID).build());

        assertThat(mure("service", "update", "-d", "--image", "x", "redis").exitCode()).isEqualTo(ExitCode.OK);

        List<byte[]> bodies = manager.bodies("UpdateService");
        assertThat(UpdateServiceRequest.parseFrom(bodies.getFirst()).getSpecVersion()).isEqualTo(1217);
        assertThat(UpdateServiceRequest.parseFrom(bodies.getLast()).getSpecVersion()).isEqualTo(1218);
        assertThat(UpdateServiceRequest.parseFrom(bodies.getLast()).getRequest().getId()).isEqualTo("request-2");
    }

    @Test
    void doesNotReadAgainForEver() {
        answer(Effect.UNCHANGED);
        try (FakeManager busy = FakeManager.onTcp()) {
            busy.answer("GetService", GetServiceResponse.newBuilder().setService(Samples.redis()).build())
                    .refuse("UpdateService", 409, "aborted", "service redis was changed since it was read");

            assertThat(Run.of(busy, "service", "update", "-d", "redis"))
                    .isEqualTo(new Run(ExitCode.FAILURE, "", "mure: service redis was changed since it was read\n"));
            assertThat(busy.bodies("UpdateService")).hasSize(5);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void saysThatAServiceIsUnknown() {
        manager.refuse("GetService", 404, "not_found", "service nosuch not found");

        assertThat(mure("service", "update", "--image", "x", "nosuch"))
                .isEqualTo(new Run(ExitCode.FAILURE, "", "mure: service nosuch not found\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--update-delay 10x redis", "--replicas -1 redis", "--args 'a redis", "--env-add =x redis",
        "--bogus redis", "--if-revision 0 redis", "--publish-rm x redis", "--publish-add 80 redis",
        "--constraint-add a redis",
        "--rollback --image x redis", "--health-cmd x --no-healthcheck redis", "--update-canary 0% redis",
        "redis other", "", "--name x redis"})
    void tellsWrongUsageInOneLineAndSendsNothing(String arguments) {
        Run run = mure(("service update " + arguments).trim().split(" "));

        assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(run.err()).startsWith("mure: ").endsWith("; see 'mure service update --help'\n")
                .containsOnlyOnce("\n");
        assertThat(run.out()).isEmpty();
        assertThat(manager.requests()).isEmpty();
    }

    private static ServiceProgress progress(RolloutState state, String message, int updated) {
        ServiceView service =
                Samples.redis().toBuilder().setRevision(2).setRollout(Samples.rollout(state, message)).build();
        ServiceProgress.Builder progress = ServiceProgress.newBuilder().setService(service).setIndex(100 + updated);
        for (int slot = 1; slot <= 3; slot++) {
            progress.addTasks(
                    Samples.running(slot, slot <= updated ? 2 : 1).toBuilder().setUpToDate(slot <= updated));
        }
        return progress.build();
    }

    @Test
    void followsTheRolloutOverAKilledManager() throws IOException {
        answer(Effect.NEW_REVISION);
        manager.answer("WatchService",
                FakeManager.stream(List.of(progress(RolloutState.ROLLOUT_STATE_UPDATING, "update in progress", 0),
                        progress(RolloutState.ROLLOUT_STATE_UPDATING, "update in progress", 1)), ""))
                .answer("WatchService",
                        FakeManager.openStream(
                                List.of(progress(RolloutState.ROLLOUT_STATE_UPDATING, "update in progress", 2),
                                        progress(RolloutState.ROLLOUT_STATE_COMPLETED, "update completed", 3))));

        assertThat(mure("service", "update", "--image", "redis:3.0.7", "redis")).isEqualTo(new Run(ExitCode.OK, """
                redis
                overall progress: 0 out of 3 tasks
                1/3: \s
                2/3: \s
                3/3: \s
                overall progress: 1 out of 3 tasks
                overall progress: 2 out of 3 tasks
                overall progress: 3 out of 3 tasks
                verify: Service redis converged
                """, ""));
    }

    @Test
    void tellsWhyAnUpdateIsPaused() {
        answer(Effect.NEW_REVISION);
        String why = "update paused due to failure or early termination of task 7ial7zep5we7g3rz413u7rmdt";
        manager.answer("WatchService",
                FakeManager.openStream(List.of(progress(RolloutState.ROLLOUT_STATE_PAUSED, why, 0))));

        Run run = mure("service", "update", "--image", "redis:bad", "redis");

        assertThat(run.exitCode()).isEqualTo(ExitCode.PAUSED);
        assertThat(run.err()).isEqualTo("service update paused: " + why + "\n");
        assertThat(run.out()).startsWith("redis\noverall progress: 0 out of 3 tasks\n");
    }

    @Test
    void tellsTheFailureBehindAPause() {
        answer(Effect.NEW_REVISION);
        ServiceProgress.Builder paused =
                progress(RolloutState.ROLLOUT_STATE_PAUSED, "update paused due to x", 0).toBuilder();
        paused.getServiceBuilder().getRolloutBuilder().setPauseCause(PauseCause.PAUSE_CAUSE_FAILURE)
                .setFailure(RolloutFailure.newBuilder().setSlot(2).setNodeName("h3").setError("task: non-zero exit (1)")
                        .addLastOutput("reading configuration").addLastOutput("bad port"));
        manager.answer("WatchService", FakeManager.openStream(List.of(paused.build())));

        assertThat(mure("service", "update", "--image", "redis:bad", "redis").err()).isEqualTo("""
                service update paused: update paused due to x
                redis.2 on h3: task: non-zero exit (1)
                  | reading configuration
                  | bad port
                """);
    }

    @Test
    void tellsThatAnUpdateWasRolledBack() {
        answer(Effect.NEW_REVISION);
        ServiceProgress.Builder back = rollingBack(RolloutState.ROLLOUT_STATE_ROLLBACK_STARTED,
                "update rolled back due to failure or early termination of task 7ial", 2);
        ServiceProgress.Builder done =
                rollingBack(RolloutState.ROLLOUT_STATE_ROLLBACK_COMPLETED, "rollback completed", 3);
        manager.answer("WatchService",
                FakeManager.openStream(List.of(progress(RolloutState.ROLLOUT_STATE_UPDATING, "update in progress", 0),
                        back.build(), done.build())));

        assertThat(mure("service", "update", "--image", "redis:bad", "redis"))
                .isEqualTo(new Run(ExitCode.ROLLED_BACK, """
                        redis
                        overall progress: 0 out of 3 tasks
                        1/3: \s
                        2/3: \s
                        3/3: \s
                        rollback: update rolled back due to failure or early termination of task 7ial
                        overall progress: rolling back update: 2 out of 3 tasks
                        overall progress: rolling back update: 3 out of 3 tasks
                        verify: Service redis converged
                        rollback: rollback completed
                        """, "service rolled back: rollback completed\nredis.1: task: non-zero exit (1)\n"));
    }

    /** Back to revision 1, because of a failure. */
    private static ServiceProgress.Builder rollingBack(RolloutState state, String message, int updated) {
        ServiceProgress.Builder progress = progress(state, message, updated).toBuilder();
        progress.getServiceBuilder().setRevision(1).getRolloutBuilder().setFromRevision(2).setToRevision(1)
                .setFailure(RolloutFailure.newBuilder().setSlot(1).setError("task: non-zero exit (1)"));
        return progress;
    }

    @Test
    void changesPlacementAndPorts() throws IOException {
        ServiceSpec.Builder current = CURRENT.toBuilder();
        current.getTaskBuilder().getPlacementBuilder().addConstraints("node.role==worker").addConstraints("node.id==a");
        current.getTaskBuilder().addPorts(port(80, 8080, PortConfig.Protocol.TCP))
                .addPorts(port(53, 53, PortConfig.Protocol.UDP)).addPorts(port(443, 8443, PortConfig.Protocol.TCP));

        TaskSpec task = updateOf(current.build(), "--constraint-rm", "node.id==a", "--constraint-add",
                " node.labels.zone != b ",
                "--constraint-add", "node.role==worker", "--publish-rm", "53/udp", "--publish-rm", "80",
                "--publish-add",
                "mode=host,target=80,published=8081", "--publish-add", "mode=host,target=443,published=8443").getTask();

        assertThat(task.getPlacement().getConstraintsList()).containsExactly("node.labels.zone != b",
                "node.role==worker");
        assertThat(task.getPortsList()).containsExactly(port(80, 8081, PortConfig.Protocol.TCP),
                port(443, 8443, PortConfig.Protocol.TCP));
        assertThat(updateOf(current.build()).getTask()).isEqualTo(current.getTask());
    }

    private static PortConfig port(int target, int published, PortConfig.Protocol protocol) {
        return PortConfig.newBuilder().setTargetPort(target).setPublishedPort(published).setProtocol(protocol)
                .setMode(PortConfig.PublishMode.HOST).build();
    }

    @Test
    void takesStagesAndHealthChecksAway() throws IOException {
        ServiceSpec.Builder current = CURRENT.toBuilder().setMaxUnavailable(Share.newBuilder().setCount(1));
        current.getUpdateBuilder().setCanary(Share.newBuilder().setCount(1)).setCanaryWait(Samples.seconds(9))
                .addPauseAfter(Share.newBuilder().setPercent(50));
        current.getTaskBuilder().getContainerBuilder()
                .setHealth(HealthConfig.newBuilder().addTest("CMD-SHELL").addTest("true").setRetries(3));

        assertThat(updateOf(current.build(), "--update-canary", "0", "--update-pause-after", "", "--max-unavailable",
                "none", "--health-cmd",
                "")).isEqualTo(CURRENT);
        assertThat(container(updateOf(current.build(), "--no-healthcheck")).getHealth())
                .isEqualTo(HealthConfig.newBuilder().addTest("NONE").build());
        assertThat(container(updateOf(current.build(), "--health-retries", "5")).getHealth().getTestList())
                .containsExactly("CMD-SHELL",
                        "true");
    }

    @Test
    void refusesReplicasForAGlobalService() {
        manager.answer("GetService", GetServiceResponse.newBuilder()
                .setService(Samples.redis().toBuilder()
                        .setSpec(CURRENT.toBuilder().setGlobal(GlobalMode.getDefaultInstance())))
                .build());

        assertThat(mure("service", "update", "--replicas", "3", "redis").err()).isEqualTo(
                "mure: replicas can only be used with replicated mode; see 'mure service update --help'\n");
        assertThat(manager.bodies("UpdateService")).isEmpty();
    }

    @Test
    void changesOnlyTheRevisionThatWasLookedAt() throws IOException {
        update("--if-revision", "1", "--image", "x");
        assertThat(UpdateServiceRequest.parseFrom(manager.bodies("UpdateService").getLast()).getIfRevision())
                .isEqualTo(1);

        assertThat(mure("service", "update", "--if-revision", "7", "--image", "x", "redis")).isEqualTo(
                new Run(ExitCode.FAILURE, "", "mure: service redis is at revision 1, not 7: nothing was changed\n"));
        assertThat(manager.bodies("UpdateService")).hasSize(1);
    }

    @Test
    void takesBackWhatWasUpdated() throws IOException {
        manager.answer("RollbackService",
                RollbackServiceResponse.newBuilder().setId(Samples.REDIS_ID).setRevision(1).setIndex(5).build());

        assertThat(mure("service", "update", "-d", "--rollback", "redis"))
                .isEqualTo(new Run(ExitCode.OK, "redis\n", ""));
        assertThat(RollbackServiceRequest.parseFrom(manager.bodies("RollbackService").getFirst()))
                .isEqualTo(RollbackServiceRequest.newBuilder().setService("redis")
                        .setRequest(RequestId.newBuilder().setId("request-1")).build());
        assertThat(mure("service", "update", "--rollback", "--image", "x", "redis").err()).isEqualTo(
                "mure: other flags may not be combined with --rollback; see 'mure service update --help'\n");
    }
}
