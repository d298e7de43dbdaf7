package dev.mure.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.mure.v1.ContainerSpec;
import dev.mure.v1.HealthConfig;
import dev.mure.v1.TaskSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What supervision relies on, whatever runs the containers. */
@Timeout(120)
public abstract class ContainerRuntimeContract {

    protected static final Duration SOON = Duration.ofSeconds(20);
    protected static final Duration LONG_GRACE = Duration.ofSeconds(60);

    protected final NodeScope scope = new NodeScope("cluster-" + UUID.randomUUID(), "node-1");
    private final List<ContainerRuntime> opened = new ArrayList<>();
    protected ContainerRuntime runtime;
    private int tasks;

    /** Opens the runtime as an agent of that node does at its start. */
    protected abstract ContainerRuntime open(NodeScope node) throws Exception;

    /** An image with a shell. */
    protected abstract String image();

    /** The same with the check {@link #CHECK}, every 100 ms, unhealthy after two failures. */
    protected abstract String imageWithCheck();

    /** A path where a task can write a file that no other one writes. */
    protected abstract String scratchFile();

    /** An image that whoever knows says does not exist. */
    protected abstract String missingImage();

    @BeforeEach
    void openFirst() throws Exception {
        runtime = opened(scope);
    }

    @AfterEach
    void removeAll() throws Exception {
        for (HeldContainer held : runtime.inventory(scope)) {
            runtime.remove(held.container());
        }
        opened.forEach(ContainerRuntime::close);
    }

    @Test
    void saysWhatItIs() throws Exception {
        assertThat(runtime.describe().runtime()).isIn("docker", "process");
        assertThat(runtime.describe().version()).isNotEmpty();
    }

    @Test
    void aContainerIsCreatedRunsAndEnds() throws Exception {
        HeldContainer prepared = prepare("exit 0");
        assertThat(prepared.state()).isEqualTo(new ContainerState.Created());
        assertThat(state(prepared)).isEqualTo(new ContainerState.Created());

        runtime.start(prepared.container());

        assertThat(runtime.await(prepared.container())).isEqualTo(new ContainerState.Exited(0, ""));
        assertThat(state(prepared)).isEqualTo(new ContainerState.Exited(0, ""));
    }

    @Test
    void theExitCodeIsKept() throws Exception {
        HeldContainer prepared = prepare("exit 3");
        runtime.start(prepared.container());
        assertThat(runtime.await(prepared.container())).isEqualTo(new ContainerState.Exited(3, ""));
    }

    @Test
    void aRunningContainerHasAProcess() throws Exception {
        ContainerRef container = start(UNTIL_TOLD);
        assertThat(runtime.find(scope, container.taskId())).get()
                .extracting(HeldContainer::state)
                .isInstanceOfSatisfying(ContainerState.Running.class,
                        running -> assertThat(running.pid()).isPositive());
    }

    @Test
    void whatIsPreparedTwiceIsOneContainer() throws Exception {
        ContainerRequest request = request("exit 0", ContainerSpec.newBuilder());
        HeldContainer first = runtime.prepare(scope, request);
        assertThat(runtime.prepare(scope, request)).isEqualTo(first);
        assertThat(runtime.inventory(scope)).containsExactly(first);
    }

    @Test
    void startingTwiceRunsOnce() throws Exception {
        ContainerRef container = start("echo once; " + UNTIL_TOLD);
        runtime.start(container);
        awaitOutput(container, "once");
        runtime.stop(container, LONG_GRACE);
        assertThat(runtime.logs(container, 10)).containsOnlyOnce("once");
    }

    @Test
    void stopAsksFirst() throws Exception {
        ContainerRef container = start("trap 'echo asked; exit 7' TERM; echo ready; while :; do sleep 0.1; done");
        awaitOutput(container, "ready");

        runtime.stop(container, LONG_GRACE);

        assertThat(runtime.await(container)).isEqualTo(new ContainerState.Exited(7, ""));
        assertThat(runtime.logs(container, 10)).contains("asked");
    }

    @Test
    void stopKillsAfterTheGrace() throws Exception {
        ContainerRef container = start("trap '' TERM; echo ready; while :; do sleep 0.1; done");
        awaitOutput(container, "ready");

        runtime.stop(container, Duration.ofSeconds(1));

        assertThat(runtime.await(container)).isEqualTo(new ContainerState.Exited(137, ""));
    }

    @Test
    void theSpecMaySayAnotherSignal() throws Exception {
        ContainerRequest request = request("trap 'exit 9' USR1; echo ready; while :; do sleep 0.1; done",
                ContainerSpec.newBuilder().setStopSignal("SIGUSR1")
                        .setStopGracePeriod(com.google.protobuf.Duration.newBuilder().setNanos(300_000_000)));
        ContainerRef container = runtime.prepare(scope, request).container();
        runtime.start(container);
        awaitOutput(container, "ready");

        runtime.stop(container, LONG_GRACE);

        assertThat(runtime.await(container)).isEqualTo(new ContainerState.Exited(9, ""));
    }

    /** A signal must not get lost between shim, shell and command. */
    @Test
    void stopReachesACommandThatWasJustStarted() throws Exception {
        for (int i = 0; i < 10; i++) {
            ContainerRef container = runtime.prepare(scope, request(ContainerSpec.newBuilder()
                    .setImage(image())
                    .addAllCommand(List.of("sleep", "1000"))
                    .setStopSignal("SIGKILL")
                    .build())).container();
            runtime.start(container);
            runtime.stop(container, LONG_GRACE);
            assertThat(runtime.await(container)).isEqualTo(new ContainerState.Exited(137, ""));
        }
    }

    @Test
    void aWaitingThreadHearsOfTheStop() throws Exception {
        ContainerRef container = start(UNTIL_TOLD);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ContainerState> end = threads.submit(() -> runtime.await(container));
            runtime.stop(container, LONG_GRACE);
            assertThat(end).succeedsWithin(SOON).isInstanceOf(ContainerState.Exited.class);
        }
    }

    @Test
    void waitingCanBeInterrupted() throws Exception {
        ContainerRef container = start(UNTIL_TOLD);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var thread = new java.util.concurrent.CompletableFuture<Thread>();
            Future<Boolean> interrupted = threads.submit(() -> {
                thread.complete(Thread.currentThread());
                try {
                    runtime.await(container);
                    return false;
                } catch (InterruptedException e) {
                    return true;
                }
            });
            thread.get().interrupt();
            assertThat(interrupted).succeedsWithin(SOON).isEqualTo(true);
        }
        assertThat(stateOf(container)).isInstanceOf(ContainerState.Running.class);
    }

    @Test
    void environmentArgumentsAndFolderReachTheCommand() throws Exception {
        ContainerSpec spec = ContainerSpec.newBuilder()
                .setImage(image())
                .addAllCommand(List.of("/bin/sh", "-c", "echo \"$GREETING $0 $1\"; pwd"))
                .addAllArgs(List.of("first", "second word"))
                .addEnv("GREETING=hello world")
                .setDir("/proc")
                .build();
        ContainerRef container = runtime.prepare(scope, request(spec)).container();
        runtime.start(container);
        runtime.await(container);
        assertThat(runtime.logs(container, 10)).containsExactly("hello world first second word", "/proc");
        assertThat(runtime.logs(container, 1)).containsExactly("/proc");
    }

    @Test
    void aMissingImageIsTheImagesFault() {
        ContainerSpec spec = ContainerSpec.newBuilder().setImage(missingImage()).build();
        assertThatExceptionOfType(RuntimeFailure.class).isThrownBy(() -> runtime.prepare(scope, request(spec)))
                .withMessageStartingWith("No such image: " + missingImage())
                .extracting(RuntimeFailure::kind)
                .isEqualTo(RuntimeFailure.Kind.IMAGE);
    }

    @Test
    void aMissingCommandIsTheApplicationsFault() throws Exception {
        for (String command : List.of("/not/there", "not-there")) {
            ContainerSpec spec = ContainerSpec.newBuilder().setImage(image()).addCommand(command).build();
            HeldContainer prepared = runtime.prepare(scope, request(spec));
            assertThatExceptionOfType(RuntimeFailure.class).isThrownBy(() -> runtime.start(prepared.container()))
                    .withMessageStartingWith("starting container failed: ")
                    .withMessageContaining(command)
                    .extracting(RuntimeFailure::kind)
                    .isEqualTo(RuntimeFailure.Kind.APPLICATION);
        }
    }

    @Test
    void aRestartedAgentAdoptsWhatRuns() throws Exception {
        ContainerRef container = start("trap 'exit 4' TERM; echo ready; while :; do sleep 0.1; done");
        awaitOutput(container, "ready");
        runtime.close();

        runtime = opened(scope);

        assertThat(runtime.inventory(scope)).singleElement().satisfies(held -> {
            assertThat(held.container()).isEqualTo(container);
            assertThat(held.state()).isInstanceOf(ContainerState.Running.class);
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ContainerState> end = threads.submit(() -> runtime.await(container));
            runtime.stop(container, LONG_GRACE);
            assertThat(end).succeedsWithin(SOON).isEqualTo(new ContainerState.Exited(4, ""));
        }
    }

    @Test
    void aRestartedAgentLearnsHowATaskEndedMeanwhile() throws Exception {
        ContainerRef container = start("sleep 0.5; exit 5");
        runtime.close();

        await().atMost(SOON).untilAsserted(() -> {
            runtime = opened(scope);
            assertThat(runtime.inventory(scope))
                    .containsExactly(new HeldContainer(container, new ContainerState.Exited(5, "")));
        });
        assertThat(runtime.await(container)).isEqualTo(new ContainerState.Exited(5, ""));
    }

    @Test
    void nodesOnOneMachineLeaveEachOthersAlone() throws Exception {
        NodeScope neighbour = new NodeScope(scope.clusterId(), "node-2");
        NodeScope stranger = new NodeScope("cluster-" + UUID.randomUUID(), "node-1");
        ContainerRef container = start(UNTIL_TOLD);

        for (NodeScope other : List.of(neighbour, stranger)) {
            ContainerRuntime theirs = opened(other);
            assertThat(theirs.inventory(other)).isEmpty();
            assertThat(theirs.find(other, container.taskId())).isEmpty();
        }
        assertThat(runtime.inventory(scope)).hasSize(1);
    }

    @Test
    void removeTakesARunningContainerAway() throws Exception {
        ContainerRef container = start(UNTIL_TOLD);
        runtime.remove(container);
        assertThat(runtime.inventory(scope)).isEmpty();
        assertThat(runtime.await(container)).isEqualTo(new ContainerState.Absent());
    }

    @Test
    void whatIsGoneIsStoppedAndRemoved() throws Exception {
        ContainerRef container = prepare("exit 0").container();
        runtime.remove(container);
        runtime.remove(container);
        runtime.stop(container, LONG_GRACE);
        assertThat(runtime.find(scope, container.taskId())).isEmpty();
    }

    @Test
    void whatWasNeverStartedCanBeStopped() throws Exception {
        HeldContainer prepared = prepare("exit 0");
        runtime.stop(prepared.container(), LONG_GRACE);
        assertThat(state(prepared)).isEqualTo(new ContainerState.Created());
    }

    @Test
    void anEndedContainerStaysUntilItIsRemoved() throws Exception {
        ContainerRef container = start("echo last words; exit 1");
        runtime.await(container);
        runtime.stop(container, LONG_GRACE);
        assertThat(runtime.logs(container, 10)).containsExactly("last words");
        assertThat(stateOf(container)).isEqualTo(new ContainerState.Exited(1, ""));
    }

    @Test
    void aTaskIsHealthyWhenItsCheckSucceeds() throws Exception {
        ContainerRef container = startChecked("exit 0", UNTIL_TOLD);
        assertThat(healthUntil(container, health -> !(health instanceof Health.Starting)))
                .isEqualTo(new Health.Healthy());
        assertThat(healthOf(container)).isEqualTo(new Health.Healthy());
    }

    @Test
    void checksThatFailMakeItUnhealthyAndThatIsKept() throws Exception {
        ContainerRef container = startChecked("echo no; echo answer; exit 1", UNTIL_TOLD);
        Health unhealthy = new Health.Unhealthy("no answer");
        assertThat(runtime.awaitHealth(container, new Health.Starting())).contains(unhealthy);

        runtime.stop(container, LONG_GRACE);

        assertThat(healthOf(container)).isEqualTo(unhealthy);
        runtime.close();
        runtime = opened(scope);
        assertThat(runtime.find(scope, container.taskId())).get().satisfies(held -> {
            assertThat(held.state()).isInstanceOf(ContainerState.Exited.class);
            assertThat(held.health()).isEqualTo(unhealthy);
        });
    }

    @Test
    void whatIsHealthyMayTurnUnhealthyAndBack() throws Exception {
        ContainerRef container = startWithImagesCheck(
                "echo ok >>$F; sleep 2; echo bad >>$F; sleep 3; echo ok >>$F; " + UNTIL_TOLD,
                HealthConfig.newBuilder());
        assertThat(healthUntil(container, health -> health instanceof Health.Healthy)).isNotNull();
        assertThat(runtime.awaitHealth(container, new Health.Healthy())).contains(new Health.Unhealthy("not ok: bad"));
        assertThat(runtime.awaitHealth(container, new Health.Unhealthy("not ok: bad"))).contains(new Health.Healthy());
    }

    @Test
    void theSpecMaySwitchTheImagesCheckOff() throws Exception {
        ContainerRef container = startWithImagesCheck(UNTIL_TOLD, HealthConfig.newBuilder().addTest("NONE"));
        assertThat(healthOf(container)).isEqualTo(new Health.None());
    }

    @Test
    void theSpecMayChangeTheTimesOfTheImagesCheck() throws Exception {
        ContainerRef container = startWithImagesCheck(UNTIL_TOLD, HealthConfig.newBuilder().setRetries(1));
        assertThat(runtime.awaitHealth(container, new Health.Starting())).get().isInstanceOf(Health.Unhealthy.class);
    }

    @Test
    void failuresInTheStartPeriodDoNotCount() throws Exception {
        ContainerRef container = startChecked("read n <$F; n=$((n+1)); echo $n >$F; [ $n -gt 3 ]",
                "echo 0 >$F; " + UNTIL_TOLD,
                check -> check.setRetries(1).setStartPeriod(seconds(60)).setStartInterval(check.getInterval()));
        assertThat(runtime.awaitHealth(container, new Health.Starting())).contains(new Health.Healthy());
    }

    @Test
    void aCheckThatHangsHasFailed() throws Exception {
        ContainerRef container = startChecked("sleep 1000", UNTIL_TOLD,
                check -> check.setRetries(1).setTimeout(millis(300)));
        assertThat(runtime.awaitHealth(container, new Health.Starting())).get()
                .isInstanceOfSatisfying(Health.Unhealthy.class,
                        unhealthy -> assertThat(unhealthy.output()).startsWith("Health check exceeded timeout"));
    }

    @Test
    void aRestartedAgentFindsTheHealthAgain() throws Exception {
        ContainerRef container = startChecked("exit 0", UNTIL_TOLD);
        healthUntil(container, health -> health instanceof Health.Healthy);
        runtime.close();

        runtime = opened(scope);

        assertThat(healthOf(container)).isInstanceOfAny(Health.Starting.class, Health.Healthy.class);
        assertThat(healthUntil(container, health -> !(health instanceof Health.Starting)))
                .isEqualTo(new Health.Healthy());
    }

    @Test
    void waitingForHealthEndsWithTheContainer() throws Exception {
        ContainerRef container = startChecked("exit 0", UNTIL_TOLD);
        healthUntil(container, health -> health instanceof Health.Healthy);
        runtime.stop(container, LONG_GRACE);
        assertThat(runtime.awaitHealth(container, new Health.Healthy())).isEmpty();
    }

    @Test
    void waitingForHealthCanBeInterrupted() throws Exception {
        ContainerRef container = startChecked("exit 0", UNTIL_TOLD, check -> check.setInterval(seconds(60)));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var thread = new java.util.concurrent.CompletableFuture<Thread>();
            Future<Boolean> interrupted = threads.submit(() -> {
                thread.complete(Thread.currentThread());
                try {
                    runtime.awaitHealth(container, new Health.Starting());
                    return false;
                } catch (InterruptedException e) {
                    return true;
                }
            });
            thread.get().interrupt();
            assertThat(interrupted).succeedsWithin(SOON).isEqualTo(true);
        }
        assertThat(stateOf(container)).isInstanceOf(ContainerState.Running.class);
    }

    /**
     * Of the image that has one: healthy as long as the last line of the file that the variable F names says `ok`. Lines are added, so
     * that it is never read half written.
     */
    public static final String CHECK =
            "while read line; do x=$line; done <\"$F\"; [ \"$x\" = ok ] || { echo \"not ok: $x\"; exit 1; }";

    private ContainerRef startChecked(String check, String script) throws Exception {
        return startChecked(check, script, _ -> {
            // as it is
        });
    }

    private ContainerRef startChecked(String check, String script, Consumer<HealthConfig.Builder> change)
            throws Exception {
        HealthConfig.Builder health = HealthConfig.newBuilder()
                .addTest("CMD-SHELL")
                .addTest(check)
                .setInterval(millis(100))
                .setTimeout(seconds(20))
                .setRetries(2);
        change.accept(health);
        return started(image(), script, health.build());
    }

    private ContainerRef startWithImagesCheck(String script, HealthConfig.Builder change) throws Exception {
        return started(imageWithCheck(), script, change.build());
    }

    private ContainerRef started(String image, String script, HealthConfig health) throws Exception {
        ContainerSpec spec = ContainerSpec.newBuilder()
                .setImage(image)
                .addAllCommand(List.of("/bin/sh", "-c", script))
                .addEnv("F=" + scratchFile())
                .setHealth(health)
                .build();
        ContainerRef container = runtime.prepare(scope, request(spec)).container();
        assertThat(runtime.start(container).state()).isInstanceOf(ContainerState.Running.class);
        return container;
    }

    private Health healthOf(ContainerRef container) throws Exception {
        return runtime.find(scope, container.taskId()).orElseThrow().health();
    }

    private Health healthUntil(ContainerRef container, Predicate<Health> wanted) throws Exception {
        Health health = healthOf(container);
        while (!wanted.test(health)) {
            health = runtime.awaitHealth(container, health).orElseThrow();
        }
        return health;
    }

    private static com.google.protobuf.Duration seconds(int seconds) {
        return com.google.protobuf.Duration.newBuilder().setSeconds(seconds).build();
    }

    private static com.google.protobuf.Duration millis(int millis) {
        return com.google.protobuf.Duration.newBuilder().setNanos(millis * 1_000_000).build();
    }

    /** Runs on until it is asked to end. */
    protected static final String UNTIL_TOLD = "trap 'exit 0' TERM; while :; do sleep 0.1; done";

    protected HeldContainer prepare(String script) throws Exception {
        return runtime.prepare(scope, request(script, ContainerSpec.newBuilder()));
    }

    protected ContainerRef start(String script) throws Exception {
        ContainerRef container = prepare(script).container();
        runtime.start(container);
        return container;
    }

    protected ContainerRequest request(String script, ContainerSpec.Builder spec) {
        return request(spec.setImage(image()).addAllCommand(List.of("/bin/sh", "-c", script)).build());
    }

    protected ContainerRequest request(ContainerSpec spec) {
        tasks++;
        return new ContainerRequest("task" + tasks + "x" + UUID.randomUUID().toString().replace("-", ""), "service-1",
                "web", 1, tasks, TaskSpec.newBuilder().setContainer(spec).build(), Optional.empty());
    }

    protected void awaitOutput(ContainerRef container, String line) {
        await().atMost(SOON).untilAsserted(() -> assertThat(runtime.logs(container, 100)).contains(line));
    }

    protected ContainerState stateOf(ContainerRef container) throws Exception {
        Optional<HeldContainer> held = runtime.find(scope, container.taskId());
        return held.map(HeldContainer::state).orElseGet(ContainerState.Absent::new);
    }

    protected ContainerRuntime opened(NodeScope node) throws Exception {
        ContainerRuntime another = open(node);
        opened.add(another);
        return another;
    }

    private ContainerState state(HeldContainer held) throws Exception {
        return stateOf(held.container());
    }
}
