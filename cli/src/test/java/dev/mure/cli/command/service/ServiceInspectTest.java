package dev.mure.cli.command.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.cli.process.ExitCode;
import dev.mure.cli.testing.ManagerTest;
import dev.mure.cli.testing.Run;
import dev.mure.cli.testing.Samples;
import dev.mure.v1.GetServiceResponse;
import dev.mure.v1.Label;
import dev.mure.v1.RolloutState;
import dev.mure.v1.ServiceView;
import org.junit.jupiter.api.Test;

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
}
