package dev.mure.cli.command.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.cli.process.ExitCode;
import dev.mure.cli.process.TimeSource;
import dev.mure.cli.testing.FakeManager;
import dev.mure.cli.testing.FakeTime;
import dev.mure.cli.testing.ManagerTest;
import dev.mure.cli.testing.Run;
import dev.mure.cli.testing.Samples;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.CreateServiceRequest;
import dev.mure.v1.CreateServiceResponse;
import dev.mure.v1.GlobalMode;
import dev.mure.v1.HealthConfig;
import dev.mure.v1.Label;
import dev.mure.v1.PortConfig;
import dev.mure.v1.ReplicatedMode;
import dev.mure.v1.ResourceAmounts;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.ServiceView;
import dev.mure.v1.Share;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.UpdateConfig;
import dev.mure.v1.WatchServiceRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceCreateTest extends ManagerTest {

    @BeforeEach
    void answer() {
        manager.answer("CreateService", CreateServiceResponse.newBuilder().setId(Samples.REDIS_ID).setIndex(7).build());
    }

    private ServiceSpec sent() throws IOException {
        return CreateServiceRequest.parseFrom(manager.bodies("CreateService").getLast()).getSpec();
    }

    private ServiceSpec create(String... flags) throws IOException {
        String[] arguments = new String[flags.length + 6];
        System.arraycopy(new String[]{"service", "create", "-d", "--name", "n"}, 0, arguments, 0, 5);
        System.arraycopy(flags, 0, arguments, 5, flags.length);
        arguments[arguments.length - 1] = "img:1";
        assertThat(mure(arguments)).isEqualTo(new Run(ExitCode.OK, Samples.REDIS_ID + "\n", ""));
        return sent();
    }

    private static ServiceSpec.Builder plain() {
        return ServiceSpec.newBuilder().setName("n").setReplicated(ReplicatedMode.newBuilder().setReplicas(1))
                .setTask(TaskSpec.newBuilder().setContainer(ContainerSpec.newBuilder().setImage("img:1")));
    }

    private static ContainerSpec.Builder container(ServiceSpec.Builder spec) {
        return spec.getTaskBuilder().getContainerBuilder();
    }

    @Test
    void doesTheTutorialsFirstStep() throws IOException {
        Run run = mure("service", "create", "--detach", "--replicas", "3", "--name", "redis", "--update-delay", "10s",
                "redis:3.0.6");

        assertThat(run).isEqualTo(new Run(ExitCode.OK, Samples.REDIS_ID + "\n", ""));
        assertThat(sent()).isEqualTo(
                ServiceSpec.newBuilder().setName("redis").setReplicated(ReplicatedMode.newBuilder().setReplicas(3))
                        .setUpdate(UpdateConfig.newBuilder().setDelay(Samples.seconds(10)))
                        .setTask(TaskSpec.newBuilder().setContainer(ContainerSpec.newBuilder().setImage("redis:3.0.6")))
                        .build());
    }

    @Test
    void asksForNothingThatWasNotGiven() throws IOException {
        assertThat(create()).isEqualTo(plain().build());
        assertThat(CreateServiceRequest.parseFrom(manager.bodies("CreateService").getLast()).getRequest().getId())
                .isEqualTo("request-1");
    }

    @Test
    void mapsTheUpdatePolicy() throws IOException {
        assertThat(create("--update-delay", "1m30s", "--update-parallelism", "0", "--update-failure-action", "continue",
                "--update-monitor",
                "7s", "--update-max-failure-ratio", "0.25"))
                .isEqualTo(plain().setUpdate(UpdateConfig.newBuilder().setDelay(Samples.seconds(90))
                        .setParallelism(Share.newBuilder().setCount(0))
                        .setFailureAction(UpdateConfig.FailureAction.CONTINUE).setMonitor(Samples.seconds(7))
                        .setMaxFailureRatio(0.25f)).build());
        assertThat(create("--update-failure-action=pause").getUpdate().getFailureAction())
                .isEqualTo(UpdateConfig.FailureAction.PAUSE);
    }

    @Test
    void mapsTheRestartPolicy() throws IOException {
        ServiceSpec.Builder expected = plain();
        expected.getTaskBuilder().setRestart(RestartPolicy.newBuilder().setCondition(RestartPolicy.Condition.ON_FAILURE)
                .setDelay(Samples.seconds(1)).setMaxAttempts(3).setWindow(Samples.seconds(60)));

        assertThat(create("--restart-condition", "on-failure", "--restart-delay", "1s", "--restart-max-attempts", "3",
                "--restart-window",
                "1m")).isEqualTo(expected.build());
        assertThat(create("--restart-condition", "none").getTask().getRestart().getCondition())
                .isEqualTo(RestartPolicy.Condition.NONE);
        assertThat(create("--restart-condition", "any").getTask().getRestart().getCondition())
                .isEqualTo(RestartPolicy.Condition.ANY);
    }

    @Test
    void mapsTheContainer() throws IOException {
        ServiceSpec.Builder expected = plain();
        container(expected).setDir("/w").setUser("me:us").setHostname("h").addCommand("/bin/sh").addCommand("-c")
                .setStopSignal("SIGINT")
                .setStopGracePeriod(Samples.seconds(30));

        assertThat(create("-w", "/w", "-u", "me:us", "--hostname", "h", "--entrypoint", "/bin/sh -c", "--stop-signal",
                "SIGINT",
                "--stop-grace-period", "30s")).isEqualTo(expected.build());
        assertThat(create("--workdir", "/w", "--user", "me:us", "--hostname=h", "--entrypoint", "'/bin/sh' -c",
                "--stop-signal=SIGINT",
                "--stop-grace-period=30s", "--mode=replicated")).isEqualTo(expected.build());
    }

    @Test
    void sortsLabelsAndKeepsTheLastOfEachKey() throws IOException {
        ServiceSpec.Builder expected = plain().addLabels(Label.newBuilder().setKey("a").setValue("2"))
                .addLabels(Label.newBuilder().setKey("b"));
        container(expected).addLabels(Label.newBuilder().setKey("c").setValue("x=y"));

        assertThat(create("-l", "b", "--label", "a=1", "--label", "a=2", "--container-label", "c=x=y"))
                .isEqualTo(expected.build());
    }

    @Test
    void takesVariablesFromFlagsFilesAndItsOwnEnvironment() throws IOException {
        Files.writeString(folder.resolve("env"), "# comment\n\n  A=file\nB=file \nHOME_OF\nUNSET\n");

        Run.of(Map.of("MURE_HOST", manager.address(), "HOME_OF", "me", "MINE", "here"), new FakeTime(), "service",
                "create", "-d", "--name",
                "n", "-e", "A=flag", "--env", "MINE", "--env", "UNSET", "--env", "E=", "--env-file",
                folder.resolve("env").toString(), "img:1");

        assertThat(sent().getTask().getContainer().getEnvList()).containsExactly("A=flag", "B=file ", "HOME_OF=me",
                "MINE=here", "E=");
    }

    @Test
    void leavesToTheImageWhatFollowsIt() throws IOException {
        mure("service", "create", "-d", "--name", "n", "img:1", "top", "-b", "--name", "x");

        assertThat(sent().getTask().getContainer().getArgsList()).containsExactly("top", "-b", "--name", "x");
        assertThat(sent().getName()).isEqualTo("n");
    }

    @Test
    void makesUpAnotherNameWhenOneIsTaken() throws IOException {
        try (FakeManager busy = FakeManager.onTcp()) {
            busy.refuse("CreateService", 409, "already_exists", "taken").answer("CreateService",
                    CreateServiceResponse.newBuilder().setId("id").build());

            assertThat(Run.of(busy, "service", "create", "-d", "img:1").out()).isEqualTo("id\n");

            List<byte[]> bodies = busy.bodies("CreateService");
            CreateServiceRequest first = CreateServiceRequest.parseFrom(bodies.getFirst());
            CreateServiceRequest second = CreateServiceRequest.parseFrom(bodies.getLast());
            assertThat(first.getSpec().getName()).matches("[a-z]+-[a-z]+-[0-9]{3}");
            assertThat(first.getRequest().getId()).isNotEqualTo(second.getRequest().getId());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--replicas -1 img|invalid value \"-1\" for --replicas: expected a whole number from 0 to 100000",
        "--replicas abc img|invalid value \"abc\" for --replicas: expected a whole number from 0 to 100000",
        "--replicas 100001 img|invalid value \"100001\" for --replicas: expected a whole number from 0 to 100000",
        "--replicas=1.5 img|invalid value \"1.5\" for --replicas: expected a whole number from 0 to 100000",
        "--update-delay 10x img|invalid value \"10x\" for --update-delay: expected a duration such as 10s, 1m30s, 1.5h or 500ms",
        "--update-monitor -1s img|invalid value \"-1s\" for --update-monitor: expected a duration such as 10s, 1m30s, 1.5h or 500ms",
        "--restart-delay 5 img|invalid value \"5\" for --restart-delay: expected a duration such as 10s, 1m30s, 1.5h or 500ms",
        "--update-parallelism x img|invalid value \"x\" for --update-parallelism: expected a whole number or a percentage such as 25%",
        "--update-failure-action stop img|invalid value \"stop\" for --update-failure-action: expected pause, continue or rollback",
        "--update-max-failure-ratio 2 img|invalid value \"2\" for --update-max-failure-ratio: expected a number from 0 to 1",
        "--update-max-failure-ratio NaN img|invalid value \"NaN\" for --update-max-failure-ratio: expected a number from 0 to 1",
        "--restart-condition often img|invalid value \"often\" for --restart-condition: expected none, on-failure or any",
        "--mode job img|invalid value \"job\" for --mode: expected replicated or global",
        "--mode global --replicas 2 img|replicas can only be used with replicated mode",
        "--rollback-failure-action rollback img|invalid value \"rollback\" for --rollback-failure-action: expected pause or continue",
        "--update-order first img|invalid value \"first\" for --update-order: expected stop-first, start-first or auto",
        "--update-parallelism 101% img|invalid value \"101%\" for --update-parallelism: expected a whole number or a percentage such as 25%",
        "--update-parallelism 0% img|invalid value \"0%\" for --update-parallelism: expected a whole number or a percentage such as 25%, from 1%",
        "--update-canary -1 img|invalid value \"-1\" for --update-canary: expected a whole number or a percentage such as 25%",
        "--update-pause-after 1,x img|invalid value \"x\" for --update-pause-after: expected a whole number or a percentage such as 25%",
        "--update-pause-after 1,,2 img|invalid value \"\" for --update-pause-after: expected a whole number or a percentage such as 25%",
        "--update-pause-after 0 img|invalid value \"0\" for --update-pause-after: expected whole numbers from 1 or percentages from 1%, with commas between",
        "--max-unavailable much img|invalid value \"much\" for --max-unavailable: expected a whole number or a percentage such as 25%",
        "--max-unavailable 0 img|invalid value \"0\" for --max-unavailable: expected at least 1 or 1%, or none for no limit of its own",
        "--limit-cpu half img|invalid value \"half\" for --limit-cpu: expected a number of CPUs such as 0.5 or 2",
        "--reserve-cpu 0.0001 img|invalid value \"0.0001\" for --reserve-cpu: expected at least 0.001 CPUs, or 0 for none",
        "--limit-memory 5X img|invalid value \"5X\" for --limit-memory: expected a size in bytes or with a unit such as 512M or 2G",
        "--reserve-memory 1M img|invalid value \"1M\" for --reserve-memory: expected at least 4M, or 0 for none",
        "--health-retries -1 img|invalid value \"-1\" for --health-retries: expected a whole number, 0 or more",
        "--no-healthcheck --health-interval 1s img|--no-healthcheck conflicts with --health-* options",
        "--constraint node.zone==a img|invalid value \"node.zone==a\" for --constraint: expected KEY==VALUE or KEY!=VALUE with the key node.labels.LABEL, node.id, node.hostname, node.role, node.platform.os, node.platform.arch",
        "--constraint node.role=worker img|invalid value \"node.role=worker\" for --constraint: expected KEY==VALUE or KEY!=VALUE with the key node.labels.LABEL, node.id, node.hostname, node.role, node.platform.os, node.platform.arch",
        "--publish 8080:80 img|invalid value \"8080:80\" for --publish: ports can't be published on every node (ingress); publish on the tasks' own nodes with mode=host,target=80,published=8080",
        "-p published=8080,target=80 img|invalid value \"published=8080,target=80\" for --publish: ports can't be published on every node (ingress); publish on the tasks' own nodes with mode=host,target=80,published=8080",
        "-p mode=host,published=8080 img|invalid value \"mode=host,published=8080\" for --publish: expected mode=host,target=80,published=8080,protocol=tcp (published and protocol may be left out)",
        "-p mode=host,target=80,published=80000 img|invalid value \"mode=host,target=80,published=80000\" for --publish: expected port numbers from 1 to 65535",
        "-p mode=host,target=80,protocol=sctp img|invalid value \"mode=host,target=80,protocol=sctp\" for --publish: expected protocol=tcp or protocol=udp",
        "--env =x img|invalid value \"=x\" for --env: expected KEY=VALUE or KEY",
        "--label =x img|invalid value \"=x\" for --label: expected KEY=VALUE",
        "--env-file /no/such/file img|no such file in --env-file: /no/such/file",
        "--frobnicate img|unknown flag: --frobnicate",
        "-z img|unknown flag: -z",
        "--name|missing value for --name",
        "--name x|missing argument: IMAGE"
    })
    void tellsWrongUsageInOneLineAndSendsNothing(String arguments, String message) {
        Run run = mure(("service create " + arguments).split(" "));

        assertThat(run).isEqualTo(
                new Run(ExitCode.WRONG_USAGE, "", "mure: " + message + "; see 'mure service create --help'\n"));
        assertThat(manager.requests()).isEmpty();
    }

    @Test
    void passesTheRefusalOfAManagerOn() throws IOException {
        try (FakeManager refusing = FakeManager.onTcp()) {
            refusing.refuse("CreateService", 400, "invalid_argument", "invalid image \\\"a b\\\"")
                    .refuse("CreateService", 400, "invalid_argument", "invalid name")
                    .refuse("CreateService", 409, "already_exists", "service redis already exists");

            assertThat(Run.of(refusing, "service", "create", "a b"))
                    .isEqualTo(new Run(ExitCode.FAILURE, "", "mure: invalid image \"a b\"\n"));
            assertThat(Run.of(refusing, "service", "create", "--name", "-", "img").err())
                    .isEqualTo("mure: invalid name\n");
            assertThat(Run.of(refusing, "service", "create", "--name", "redis", "img").err())
                    .isEqualTo("mure: service redis already exists\n");
        }
    }

    @Test
    void followsTheServiceUntilItIsStable() throws IOException {
        ServiceView.Builder service = Samples.redis().toBuilder();
        service.getSpecBuilder().getUpdateBuilder().setMonitor(com.google.protobuf.Duration.newBuilder().setNanos(1));
        ServiceProgress begun = ServiceProgress.newBuilder().setService(service).setIndex(7).build();
        ServiceProgress running = begun.toBuilder().addTasks(Samples.running(1, 1)).addTasks(Samples.running(2, 1))
                .addTasks(Samples.running(3, 1)).build();
        manager.answer("WatchService", FakeManager.openStream(List.of(begun, running)));

        Run run = Run.of(Map.of("MURE_HOST", manager.address()), TimeSource.SYSTEM, "service", "create", "--name",
                "redis", "redis:3.0.6");

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out())
                .startsWith(Samples.REDIS_ID + "\noverall progress: 0 out of 3 tasks\n1/3:  \n2/3:  \n3/3:  \n"
                        + "overall progress: 3 out of 3 tasks\n")
                .endsWith("verify: Service " + Samples.REDIS_ID + " converged\n");
        assertThat(WatchServiceRequest.parser().parseFrom(manager.bodies("WatchService").getFirst(), 5,
                manager.bodies("WatchService").getFirst().length - 5))
                .isEqualTo(WatchServiceRequest.newBuilder().setService(Samples.REDIS_ID).setMinIndex(7).build());
        assertThat(Run.of(Map.of("MURE_HOST", manager.address()), TimeSource.SYSTEM, "service", "create", "--quiet",
                "--name", "redis",
                "redis:3.0.6")).isEqualTo(new Run(ExitCode.OK, Samples.REDIS_ID + "\n", ""));
    }

    @Test
    void mapsWhatDockerDoesNotHave() throws IOException {
        assertThat(create("--update-parallelism", "25%", "--update-failure-action", "rollback", "--update-order",
                "auto",
                "--update-min-healthy", "10s", "--update-start-deadline", "2m", "--update-progress-deadline", "20m",
                "--update-canary", "10%", "--update-canary-wait", "1m", "--update-pause-after", "1, 25%",
                "--max-unavailable", "1"))
                .isEqualTo(plain().setMaxUnavailable(Share.newBuilder().setCount(1))
                        .setUpdate(UpdateConfig.newBuilder().setParallelism(Share.newBuilder().setPercent(25))
                                .setFailureAction(UpdateConfig.FailureAction.ROLLBACK).setOrder(UpdateConfig.Order.AUTO)
                                .setMinHealthy(Samples.seconds(10)).setStartDeadline(Samples.seconds(120))
                                .setProgressDeadline(Samples.seconds(1200))
                                .setCanary(Share.newBuilder().setPercent(10)).setCanaryWait(Samples.seconds(60))
                                .addPauseAfter(Share.newBuilder().setCount(1))
                                .addPauseAfter(Share.newBuilder().setPercent(25)))
                        .build());
    }

    @Test
    void mapsTheRollbackPolicy() throws IOException {
        assertThat(create("--rollback-parallelism", "0", "--rollback-delay", "1s", "--rollback-monitor", "2s",
                "--rollback-failure-action", "continue", "--rollback-max-failure-ratio", "0.5", "--rollback-order",
                "start-first", "--rollback-min-healthy", "3s", "--rollback-start-deadline", "4s",
                "--rollback-progress-deadline", "5s"))
                .isEqualTo(plain().setRollback(UpdateConfig.newBuilder().setParallelism(Share.newBuilder().setCount(0))
                        .setDelay(Samples.seconds(1)).setMonitor(Samples.seconds(2))
                        .setFailureAction(UpdateConfig.FailureAction.CONTINUE).setMaxFailureRatio(0.5f)
                        .setOrder(UpdateConfig.Order.START_FIRST).setMinHealthy(Samples.seconds(3))
                        .setStartDeadline(Samples.seconds(4)).setProgressDeadline(Samples.seconds(5))).build());
    }

    @Test
    void mapsPlacementResourcesPortsAndHealth() throws IOException {
        ServiceSpec.Builder expected = plain().setGlobal(GlobalMode.getDefaultInstance());
        expected.getTaskBuilder().getPlacementBuilder().addConstraints("node.labels.zone==a")
                .addConstraints("node.role != manager");
        expected.getTaskBuilder().getResourcesBuilder()
                .setLimits(ResourceAmounts.newBuilder().setNanoCpus(500_000_000).setMemoryBytes(512L << 20))
                .setReservations(ResourceAmounts.newBuilder().setNanoCpus(100_000_000).setMemoryBytes(64L << 20));
        PortConfig.Builder port = PortConfig.newBuilder().setMode(PortConfig.PublishMode.HOST);
        expected.getTaskBuilder()
                .addPorts(port.setProtocol(PortConfig.Protocol.TCP).setTargetPort(80).setPublishedPort(8080).build())
                .addPorts(port.setProtocol(PortConfig.Protocol.UDP).setTargetPort(53).setPublishedPort(0).build());
        container(expected).setHealth(HealthConfig.newBuilder().addTest("CMD-SHELL").addTest("curl -f localhost")
                .setInterval(Samples.seconds(5)).setTimeout(Samples.seconds(2)).setRetries(4)
                .setStartPeriod(Samples.seconds(10)).setStartInterval(Samples.seconds(1)));
        expected.getTaskBuilder().getRestartBuilder().setMaxDelay(Samples.seconds(60));

        assertThat(create("--mode", "global", "--constraint", "node.role != manager", "--constraint",
                "node.labels.zone==a", "--limit-cpu", "0.5", "--limit-memory", "512M", "--reserve-cpu", ".1",
                "--reserve-memory", "64mb", "-p", "mode=host,target=53,protocol=udp", "--publish",
                "published=8080,target=80,mode=host,protocol=tcp", "--health-cmd", "curl -f localhost",
                "--health-interval", "5s", "--health-timeout", "2s", "--health-retries", "4", "--health-start-period",
                "10s", "--health-start-interval", "1s", "--restart-max-delay", "1m")).isEqualTo(expected.build());
        assertThat(create("--no-healthcheck").getTask().getContainer().getHealth().getTestList())
                .containsExactly("NONE");
    }

    @Test
    void givesUpWhenNoMoreTasksRun() throws IOException {
        ServiceProgress begun = ServiceProgress.newBuilder().setService(Samples.redis()).setIndex(7)
                .addTasks(Samples.running(1, 1)).build();
        ServiceProgress quick = begun.toBuilder().setService(begun.getService().toBuilder()
                .setSpec(begun.getService().getSpec().toBuilder().setUpdate(UpdateConfig.newBuilder()
                        .setProgressDeadline(com.google.protobuf.Duration.newBuilder().setNanos(1)))))
                .build();
        try (FakeManager slow = FakeManager.onTcp()) {
            slow.answer("CreateService", CreateServiceResponse.newBuilder().setId("id").build())
                    .answer("WatchService", FakeManager.openStream(List.of(quick)));

            Run run = Run.of(Map.of("MURE_HOST", slow.address()), TimeSource.SYSTEM, "service", "create", "img");

            assertThat(run.exitCode()).isEqualTo(ExitCode.TIMED_OUT);
            assertThat(run.err()).isEqualTo(
                    "service not stable: 1 out of 3 tasks run, without progress for 1ns\nsee 'mure service ps id'\n");
        }
    }
}
