package dev.mure.cli.command.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.cli.process.ExitCode;
import dev.mure.cli.testing.ManagerTest;
import dev.mure.cli.testing.Run;
import dev.mure.cli.testing.Samples;
import dev.mure.v1.GetServiceResponse;
import dev.mure.v1.GlobalMode;
import dev.mure.v1.RemoveServiceRequest;
import dev.mure.v1.RemoveServiceResponse;
import dev.mure.v1.UpdateServiceRequest;
import dev.mure.v1.UpdateServiceResponse;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceScaleTest extends ManagerTest {

    @Test
    void changesOnlyTheReplicas() throws IOException {
        manager.answer("GetService", GetServiceResponse.newBuilder().setService(Samples.redis()).build()).answer(
                "UpdateService",
                UpdateServiceResponse.newBuilder().setId(Samples.REDIS_ID).build());

        assertThat(mure("service", "scale", "-d", "redis=5", "web=0")).isEqualTo(
                new Run(ExitCode.OK, "redis scaled to 5\nweb scaled to 0\n", ""));

        UpdateServiceRequest request = UpdateServiceRequest.parseFrom(manager.bodies("UpdateService").getFirst());
        assertThat(request.getSpec().getReplicated().getReplicas()).isEqualTo(5);
        assertThat(request.getSpec().toBuilder().setReplicated(Samples.redisSpec().getReplicated()).build())
                .isEqualTo(Samples.redisSpec());
    }

    @Test
    void goesOnAfterAServiceThatIsUnknown() {
        manager.refuse("GetService", 404, "not_found", "service nosuch not found")
                .answer("GetService", GetServiceResponse.newBuilder().setService(Samples.redis()).build())
                .answer("UpdateService", UpdateServiceResponse.newBuilder().setId(Samples.REDIS_ID).build());

        assertThat(mure("service", "scale", "-d", "nosuch=1", "redis=2"))
                .isEqualTo(
                        new Run(ExitCode.FAILURE, "redis scaled to 2\n", "mure: service nosuch not found\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "redis=abc|invalid value \"abc\" for the replicas of redis: expected a whole number from 0 to 100000",
        "redis=-1|invalid value \"-1\" for the replicas of redis: expected a whole number from 0 to 100000",
        "redis|invalid value \"redis\" for SERVICE=REPLICAS: expected a service and its number of tasks, for example web=3",
        "=3|invalid value \"=3\" for SERVICE=REPLICAS: expected a service and its number of tasks, for example web=3"
    })
    void tellsWrongUsageBeforeItChangesAnything(String argument, String message) {
        assertThat(mure("service", "scale", "web=1", argument))
                .isEqualTo(
                        new Run(ExitCode.WRONG_USAGE, "", "mure: " + message + "; see 'mure service scale --help'\n"));
        assertThat(manager.requests()).isEmpty();
    }

    @Test
    void removesWhatItCan() throws IOException {
        manager.answer("RemoveService", RemoveServiceResponse.getDefaultInstance())
                .refuse("RemoveService", 404, "not_found", "service nosuch not found")
                .answer("RemoveService", RemoveServiceResponse.getDefaultInstance());

        assertThat(mure("service", "rm", "a", "nosuch", "b"))
                .isEqualTo(new Run(ExitCode.FAILURE, "a\nb\n", "mure: service nosuch not found\n"));
        assertThat(RemoveServiceRequest.parseFrom(manager.bodies("RemoveService").getLast()).getService())
                .isEqualTo("b");
    }

    @Test
    void scalesNoGlobalService() {
        manager.answer("GetService",
                GetServiceResponse.newBuilder()
                        .setService(Samples.redis().toBuilder()
                                .setSpec(Samples.redisSpec().toBuilder().setGlobal(GlobalMode.getDefaultInstance())))
                        .build());

        assertThat(mure("service", "scale", "g=3")).isEqualTo(
                new Run(ExitCode.FAILURE, "", "mure: g: scale can only be used with replicated mode\n"));
        assertThat(manager.bodies("UpdateService")).isEmpty();
    }
}
