package dev.mure.cli.command.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.cli.process.ExitCode;
import dev.mure.cli.testing.ManagerTest;
import dev.mure.cli.testing.Run;
import dev.mure.v1.CertificateRole;
import dev.mure.v1.GetJoinTokenRequest;
import dev.mure.v1.GetJoinTokenResponse;
import dev.mure.v1.RequestId;
import dev.mure.v1.RotateJoinTokenRequest;
import dev.mure.v1.RotateJoinTokenResponse;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SwarmJoinTokenTest extends ManagerTest {

    @BeforeEach
    void answerToken() {
        manager.answer("GetJoinToken", GetJoinTokenResponse.newBuilder().setToken("MURETKN-1-d-s")
                .addManagerAddresses("10.99.0.1:7370").addManagerAddresses("10.99.0.2:7370").build());
        manager.answer("RotateJoinToken", RotateJoinTokenResponse.newBuilder().setIndex(7).build());
    }

    @Test
    void printsTheCommandForAWorker() throws IOException {
        assertThat(mure("swarm", "join-token", "worker")).isEqualTo(new Run(ExitCode.OK, """
                To add a worker to this swarm, run the following command:

                    mure agent --runtime docker --join 10.99.0.1:7370 --token MURETKN-1-d-s

                """, ""));
        assertThat(GetJoinTokenRequest.parseFrom(manager.bodies("GetJoinToken").getFirst())).isEqualTo(
                GetJoinTokenRequest.newBuilder().setRole(CertificateRole.CERTIFICATE_ROLE_WORKER).build());
    }

    @Test
    void printsTheCommandForAManagerAfterItRotatedTheToken() throws IOException {
        assertThat(mure("swarm", "join-token", "--rotate", "manager")).isEqualTo(new Run(ExitCode.OK, """
                Successfully rotated manager join token.

                To add a manager to this swarm, run the following command:

                    mure manager --join 10.99.0.1:7370 --token MURETKN-1-d-s

                """, ""));
        assertThat(RotateJoinTokenRequest.parseFrom(manager.bodies("RotateJoinToken").getFirst())).isEqualTo(
                RotateJoinTokenRequest.newBuilder().setRequest(RequestId.newBuilder().setId("request-1"))
                        .setRole(CertificateRole.CERTIFICATE_ROLE_MANAGER).build());
    }

    @Test
    void printsTheTokenAlone() {
        assertThat(mure("swarm", "join-token", "-q", "--rotate", "worker"))
                .isEqualTo(new Run(ExitCode.OK, "MURETKN-1-d-s\n", ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "swarm join-token boss;unknown role boss: expected worker or manager",
        "swarm join-token;missing argument: worker|manager"
    })
    void tellsWrongUsageInOneLine(String arguments, String message) {
        Run run = mure(arguments.split(" "));
        assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(run.err()).startsWith("mure: " + message).endsWith("; see 'mure swarm join-token --help'\n");
        assertThat(manager.requests()).isEmpty();
    }
}
