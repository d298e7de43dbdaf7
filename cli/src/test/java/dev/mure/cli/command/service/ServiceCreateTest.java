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
import dev.mure.v1.Label;
import dev.mure.v1.ReplicatedMode;
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
        "--update-parallelism x img|invalid value \"x\" for --update-parallelism: expected a whole number, 0 or more",
        "--update-failure-action stop img|invalid value \"stop\" for --update-failure-action: expected pause or continue",
        "--update-max-failure-ratio 2 img|invalid value \"2\" for --update-max-failure-ratio: expected a number from 0 to 1",
        "--update-max-failure-ratio NaN img|invalid value \"NaN\" for --update-max-failure-ratio: expected a number from 0 to 1",
        "--restart-condition often img|invalid value \"often\" for --restart-condition: expected none, on-failure or any",
        "--mode global img|invalid value \"global\" for --mode: expected replicated",
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
}
