package dev.mure.cli.command.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.cli.process.ExitCode;
import dev.mure.cli.testing.ManagerTest;
import dev.mure.cli.testing.Run;
import dev.mure.cli.testing.Samples;
import dev.mure.v1.FailureKind;
import dev.mure.v1.GetServiceRequest;
import dev.mure.v1.GetServiceResponse;
import dev.mure.v1.GlobalMode;
import dev.mure.v1.HealthConfig;
import dev.mure.v1.Label;
import dev.mure.v1.PauseCause;
import dev.mure.v1.PortConfig;
import dev.mure.v1.ResourceAmounts;
import dev.mure.v1.RolloutFailure;
import dev.mure.v1.RolloutState;
import dev.mure.v1.ServiceView;
import dev.mure.v1.Share;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.UpdateConfig;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceInspectTest extends ManagerTest {

    private void answer(ServiceView service) {
        manager.answer("GetService", GetServiceResponse.newBuilder().setService(service).build());
    }

    private static ServiceView paused() {
        return Samples.redis().toBuilder().setRevision(2).setRollout(Samples.rollout(RolloutState.ROLLOUT_STATE_PAUSED,
                "update paused due to failure or early termination of task 7ial7zep5we7g3rz413u7rmdt")).build();
    }

    /** With everything that makes a line of its own. */
    private static ServiceView full() {
        ServiceView.Builder service = Samples.redis().toBuilder();
        service.getSpecBuilder().addLabels(Label.newBuilder().setKey("l").setValue("v"))
                .addLabels(Label.newBuilder().setKey("m"));
        service.getSpecBuilder().getUpdateBuilder().clearDelay().setMaxFailureRatio(0.1f);
        service.getSpecBuilder().getTaskBuilder().setForceUpdate(2).getRestartBuilder().setMaxAttempts(3)
                .setWindow(Samples.seconds(60));
        service.getSpecBuilder().getTaskBuilder().getContainerBuilder().addCommand("/bin/sh").addArgs("top")
                .addEnv("X=1").addEnv("Y=<2>")
                .setDir("/w").setUser("1000").setHostname("h").setStopSignal("SIGINT")
                .addLabels(Label.newBuilder().setKey("c").setValue("d"));
        service.setRollout(Samples.rollout(RolloutState.ROLLOUT_STATE_COMPLETED, "update completed").toBuilder()
                .setStartedAt(Samples.secondsAgo(90)).setCompletedAt(Samples.secondsAgo(2)));
        return service.build();
    }

    @Test
    void printsForPeopleWhatDockerPrints() {
        answer(Samples.redis());

        assertThat(mure("service", "inspect", "--pretty", "redis")).isEqualTo(new Run(ExitCode.OK, """

                ID:\t\t9mil5ulekirtd17q4sfn2puzz
                Name:\t\tredis
                Service Mode:\tReplicated
                 Replicas:\t3
                Placement:
                 Strategy:\tSpread
                UpdateConfig:
                 Parallelism:\t1
                 Delay:\t\t2s
                 On failure:\tpause
                 Monitoring Period: 5s
                 Max failure ratio: 0
                 Update order:      stop-first
                RollbackConfig:
                 Parallelism:\t1
                 On failure:\tpause
                 Monitoring Period: 5s
                 Max failure ratio: 0
                 Rollback order:    stop-first
                ContainerSpec:
                 Image:\t\tredis:3.0.6
                 Init:\t\tfalse
                Resources:
                Endpoint Mode:\tvip

                """, ""));
    }

    @Test
    void showsWhyAnUpdateStopped() {
        answer(paused());

        assertThat(mure("service", "inspect", "--pretty", "redis").out()).contains("""
                 Replicas:\t3
                UpdateStatus:
                 State:\t\tpaused
                 Started:\t2 seconds ago
                 Message:\tupdate paused due to failure or early termination of task 7ial7zep5we7g3rz413u7rmdt
                Placement:
                """);
    }

    @Test
    void showsEverythingThatIsSet() {
        answer(full());

        assertThat(mure("service", "inspect", "--pretty", "redis").out()).isEqualTo("""

                ID:\t\t9mil5ulekirtd17q4sfn2puzz
                Name:\t\tredis
                Labels:
                 l=v
                 m
                Service Mode:\tReplicated
                 Replicas:\t3
                UpdateStatus:
                 State:\t\tcompleted
                 Started:\tabout a minute ago
                 Completed:\t2 seconds ago
                 Message:\tupdate completed
                Placement:
                 Strategy:\tSpread
                UpdateConfig:
                 Parallelism:\t1
                 On failure:\tpause
                 Monitoring Period: 5s
                 Max failure ratio: 0.1
                 Update order:      stop-first
                RollbackConfig:
                 Parallelism:\t1
                 On failure:\tpause
                 Monitoring Period: 5s
                 Max failure ratio: 0
                 Rollback order:    stop-first
                ContainerSpec:
                 Image:\t\tredis:3.0.6
                 Args:\t\ttop\s
                 Env:\t\tX=1 Y=<2>\s
                 Dir:\t\t/w
                 Init:\t\tfalse
                 User: 1000
                Resources:
                Endpoint Mode:\tvip

                """);
    }

    @Test
    void printsDockersJson() {
        answer(Samples.redis());

        assertThat(mure("service", "inspect", "redis")).isEqualTo(new Run(ExitCode.OK, """
                [
                    {
                        "ID": "9mil5ulekirtd17q4sfn2puzz",
                        "Version": {
                            "Index": 1217
                        },
                        "Revision": 1,
                        "CreatedAt": "2026-11-23T02:48:58.222843264Z",
                        "UpdatedAt": "2026-11-23T02:48:58.222843264Z",
                        "Spec": {
                            "Name": "redis",
                            "Labels": {},
                            "TaskTemplate": {
                                "ContainerSpec": {
                                    "Image": "redis:3.0.6",
                                    "Init": false,
                                    "StopGracePeriod": 10000000000
                                },
                                "Resources": {
                                    "Limits": {},
                                    "Reservations": {}
                                },
                                "RestartPolicy": {
                                    "Condition": "any",
                                    "Delay": 5000000000,
                                    "MaxAttempts": 0
                                },
                                "Placement": {},
                                "ForceUpdate": 0,
                                "Runtime": "container"
                            },
                            "Mode": {
                                "Replicated": {
                                    "Replicas": 3
                                }
                            },
                            "UpdateConfig": {
                                "Parallelism": 1,
                                "Delay": 2000000000,
                                "FailureAction": "pause",
                                "Monitor": 5000000000,
                                "MaxFailureRatio": 0,
                                "Order": "stop-first"
                            },
                            "RollbackConfig": {
                                "Parallelism": 1,
                                "FailureAction": "pause",
                                "Monitor": 5000000000,
                                "MaxFailureRatio": 0,
                                "Order": "stop-first"
                            }
                        }
                    }
                ]
                """, ""));
    }

    @Test
    void printsPartsByTemplate() {
        answer(paused());
        assertThat(mure("service", "inspect", "redis", "--format", "{{json .UpdateStatus}}").out())
                .isEqualTo("{\"State\":\"paused\",\"StartedAt\":\"2026-11-23T02:49:18Z\",\"Message\":"
                        + "\"update paused due to failure or early termination of task 7ial7zep5we7g3rz413u7rmdt\"}\n");
        assertThat(
                mure("service", "inspect", "redis", "-f", "{{.UpdateStatus.State}} {{.Spec.Mode.Replicated.Replicas}}")
                        .out())
                .isEqualTo("paused 3\n");
        assertThat(mure("service", "inspect", "redis", "--format", "json").out())
                .startsWith("[{\"ID\":\"9mil5ulekirtd17q4sfn2puzz\",");
        assertThat(mure("service", "inspect", "redis", "--format", "{{").err())
                .isEqualTo(
                        "mure: invalid template in --format: '{{' without '}}'; see 'mure service inspect --help'\n");
    }

    @Test
    void hasEachSetFieldInItsJson() {
        answer(full());

        assertThat(mure("service", "inspect", "redis", "--format", "{{json .Spec.TaskTemplate}}").out()).isEqualTo(
                "{\"ContainerSpec\":{\"Image\":\"redis:3.0.6\",\"Labels\":{\"c\":\"d\"},\"Command\":[\"/bin/sh\"],\"Args\":[\"top\"],"
                        + "\"Hostname\":\"h\",\"Env\":[\"X=1\",\"Y=<2>\"],\"Dir\":\"/w\",\"User\":\"1000\",\"Init\":false,"
                        + "\"StopSignal\":\"SIGINT\",\"StopGracePeriod\":10000000000},\"Resources\":{\"Limits\":{},\"Reservations\":{}},"
                        + "\"RestartPolicy\":{\"Condition\":\"any\",\"Delay\":5000000000,\"MaxAttempts\":3,\"Window\":60000000000},"
                        + "\"Placement\":{},\"ForceUpdate\":2,\"Runtime\":\"container\"}\n");
        assertThat(mure("service", "inspect", "redis", "--format", "{{json .Spec.UpdateConfig}} {{json .UpdateStatus}}")
                .out()).isEqualTo(
                        "{\"Parallelism\":1,\"FailureAction\":\"pause\",\"Monitor\":5000000000,\"MaxFailureRatio\":0.1,\"Order\":\"stop-first\"} "
                                + "{\"State\":\"completed\",\"StartedAt\":\"2026-11-23T02:47:50Z\",\"CompletedAt\":\"2026-11-23T02:49:18Z\","
                                + "\"Message\":\"update completed\"}\n");
    }

    @Test
    void printsWhatItFindsAndNamesWhatItDoesNot() {
        manager.refuse("GetService", 404, "not_found", "x");

        assertThat(mure("service", "inspect", "nosuch"))
                .isEqualTo(new Run(ExitCode.FAILURE, "[]\n", "mure: no such service: nosuch\n"));
        assertThat(mure("service", "inspect", "--pretty", "nosuch")).isEqualTo(
                new Run(ExitCode.FAILURE, "", "mure: no such service: nosuch\n"));
        assertThat(mure("service", "inspect", "--pretty", "--format", "json", "x").exitCode())
                .isEqualTo(ExitCode.WRONG_USAGE);
    }

    /** The service {@code g} of Docker's transcript. */
    private static ServiceView global() {
        ServiceView.Builder service = Samples.redis().toBuilder().setId("d5w1ibekh6e23g4tsr5mf3t53");
        service.getSpecBuilder().setName("g").setGlobal(GlobalMode.getDefaultInstance())
                .addLabels(Label.newBuilder().setKey("l").setValue("v"));
        service.getSpecBuilder().getUpdateBuilder().clearDelay();
        TaskSpec.Builder task = service.getSpecBuilder().getTaskBuilder();
        task.getPlacementBuilder().addConstraints("node.labels.zone==a");
        task.getResourcesBuilder().setLimits(ResourceAmounts.newBuilder().setMemoryBytes(50L << 20))
                .setReservations(ResourceAmounts.newBuilder().setNanoCpus(100_000_000));
        task.addPorts(PortConfig.newBuilder().setMode(PortConfig.PublishMode.HOST).setProtocol(PortConfig.Protocol.TCP)
                .setTargetPort(6379).setPublishedPort(7001));
        task.getContainerBuilder().addEnv("A=1")
                .setHealth(HealthConfig.newBuilder().addTest("CMD-SHELL").addTest("true"));
        return service.build();
    }

    @Test
    void printsAGlobalServiceAsDockerDoes() {
        answer(global());

        assertThat(mure("service", "inspect", "--pretty", "g").out()).isEqualTo("""

                ID:\t\td5w1ibekh6e23g4tsr5mf3t53
                Name:\t\tg
                Labels:
                 l=v
                Service Mode:\tGlobal
                Placement:
                 Strategy:\tSpread
                 Constraints:\t[node.labels.zone==a]
                UpdateConfig:
                 Parallelism:\t1
                 On failure:\tpause
                 Monitoring Period: 5s
                 Max failure ratio: 0
                 Update order:      stop-first
                RollbackConfig:
                 Parallelism:\t1
                 On failure:\tpause
                 Monitoring Period: 5s
                 Max failure ratio: 0
                 Rollback order:    stop-first
                ContainerSpec:
                 Image:\t\tredis:3.0.6
                 Env:\t\tA=1\s
                 Init:\t\tfalse
                Resources:
                 Reservations:
                  CPU:\t\t0.1
                 Limits:
                  Memory:\t50MiB
                Endpoint Mode:\tvip
                Ports:
                 PublishedPort = 7001
                  Protocol = tcp
                  TargetPort = 6379
                  PublishMode = host\s
                 Healthcheck:
                  Interval = 0s
                  Retries = 0
                  StartPeriod =\t0s
                  Timeout =\t0s
                  Tests:
                \t Test = CMD-SHELL
                \t Test = true\s

                """);
    }

    @Test
    void hasPlacementPortsResourcesAndHealthInItsJson() {
        answer(global());

        assertThat(mure("service", "inspect", "g", "--format",
                "{{json .Spec.TaskTemplate.ContainerSpec.Healthcheck}} {{json .Spec.TaskTemplate.Resources}} "
                        + "{{json .Spec.TaskTemplate.Placement}} {{json .Spec.Mode}}")
                .out()).isEqualTo("{\"Test\":[\"CMD-SHELL\",\"true\"]} "
                        + "{\"Limits\":{\"MemoryBytes\":52428800},\"Reservations\":{\"NanoCPUs\":100000000}} "
                        + "{\"Constraints\":[\"node.labels.zone==a\"]} {\"Global\":{}}\n");
        String ports = "[{\"Protocol\":\"tcp\",\"TargetPort\":6379,\"PublishedPort\":7001,\"PublishMode\":\"host\"}]";
        String endpoint = "{\"Mode\":\"vip\",\"Ports\":" + ports + "}";
        assertThat(mure("service", "inspect", "g", "--format", "{{json .Spec.EndpointSpec}} {{json .Endpoint}}").out())
                .isEqualTo(endpoint + " {\"Spec\":" + endpoint + ",\"Ports\":" + ports + "}\n");
    }

    @Test
    void showsWhatDockerDoesNotHave() {
        ServiceView.Builder service = paused().toBuilder();
        service.getSpecBuilder().setMaxUnavailable(Share.newBuilder().setPercent(25)).getUpdateBuilder()
                .setParallelism(Share.newBuilder().setPercent(20)).setOrder(UpdateConfig.Order.AUTO)
                .setFailureAction(UpdateConfig.FailureAction.ROLLBACK).setMinHealthy(Samples.seconds(10))
                .setStartDeadline(Samples.seconds(300)).setProgressDeadline(Samples.seconds(1200))
                .setCanary(Share.newBuilder().setCount(1)).setCanaryWait(Samples.seconds(60))
                .addPauseAfter(Share.newBuilder().setCount(3)).addPauseAfter(Share.newBuilder().setPercent(50));
        service.getRolloutBuilder().setPauseCause(PauseCause.PAUSE_CAUSE_FAILURE).setFailure(
                RolloutFailure.newBuilder().setTaskId("7ial").setSlot(3).setNodeId("n3").setNodeName("h3")
                        .setExitCode(1)
                        .setError("task: non-zero exit (1)").setKind(FailureKind.FAILURE_KIND_APPLICATION)
                        .addLastOutput("bad port"));
        answer(service.build());

        assertThat(mure("service", "inspect", "--pretty", "redis").out()).contains("""
                 Max unavailable:\t25%
                UpdateStatus:
                """, """
                 Parallelism:\t20%
                 Delay:\t\t2s
                 On failure:\trollback
                 Monitoring Period: 5s
                 Max failure ratio: 0
                 Update order:      auto
                 Min healthy:       10s
                 Progress deadline: 20m0s
                 Canary:            1
                 Canary wait:       1m0s
                 Pause after:       3,50%
                RollbackConfig:
                """);
        assertThat(mure("service", "inspect", "redis", "--format", "{{json .Rollout}}").out()).isEqualTo(
                "{\"FromRevision\":1,\"ToRevision\":2,\"PauseCause\":\"failure\",\"Failure\":{\"TaskID\":\"7ial\",\"Slot\":3,"
                        + "\"NodeID\":\"n3\",\"NodeName\":\"h3\",\"ExitCode\":1,\"Error\":\"task: non-zero exit (1)\","
                        + "\"Kind\":\"application\",\"LastOutput\":[\"bad port\"]}}\n");
        assertThat(
                mure("service", "inspect", "redis", "--format", "{{json .Spec.UpdateConfig}} {{.Spec.MaxUnavailable}}")
                        .out())
                .isEqualTo("{\"Parallelism\":\"20%\",\"Delay\":2000000000,\"FailureAction\":\"rollback\","
                        + "\"Monitor\":5000000000,\"MaxFailureRatio\":0,\"Order\":\"auto\",\"MinHealthy\":10000000000,"
                        + "\"StartDeadline\":300000000000,\"ProgressDeadline\":1200000000000,\"Canary\":1,"
                        + "\"CanaryWait\":60000000000,\"PauseAfter\":[3,\"50%\"]} 25%\n");
    }

    @ParameterizedTest
    @CsvSource({"ROLLOUT_STATE_ROLLBACK_STARTED,rollback_started", "ROLLOUT_STATE_ROLLBACK_PAUSED,rollback_paused",
        "ROLLOUT_STATE_ROLLBACK_COMPLETED,rollback_completed"})
    void showsTheStatesOfARollback(RolloutState state, String word) {
        answer(Samples.redis().toBuilder().setRollout(Samples.rollout(state, "why").toBuilder()
                .setCompletedAt(Samples.secondsAgo(1))).build());

        assertThat(mure("service", "inspect", "--pretty", "redis").out())
                .contains("\n State:\t\t" + word + "\n Started:\t2 seconds ago\n Message:\twhy\n");
    }

    @Test
    void showsAnOlderRevision() throws IOException {
        manager.answer("GetService", GetServiceResponse.newBuilder().setService(Samples.redis()).build())
                .refuse("GetService", 404, "not_found", "revision 9 of service redis not found");

        assertThat(mure("service", "inspect", "--revision", "4", "redis").exitCode()).isEqualTo(ExitCode.OK);
        assertThat(GetServiceRequest.parseFrom(manager.bodies("GetService").getFirst()))
                .isEqualTo(GetServiceRequest.newBuilder().setService("redis").setRevision(4).build());
        assertThat(mure("service", "inspect", "--revision", "9", "redis"))
                .isEqualTo(new Run(ExitCode.FAILURE, "[]\n", "mure: revision 9 of service redis not found\n"));
        assertThat(mure("service", "inspect", "--revision", "x", "redis").err()).isEqualTo(
                "mure: invalid value \"x\" for --revision: expected a whole number, 1 or more; see 'mure service inspect --help'\n");
    }
}
