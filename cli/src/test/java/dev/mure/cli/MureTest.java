package dev.mure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.cli.process.ExitCode;
import dev.mure.cli.testing.FakeTime;
import dev.mure.cli.testing.ManagerTest;
import dev.mure.cli.testing.Run;
import dev.mure.v1.Cluster;
import dev.mure.v1.GetClusterResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MureTest extends ManagerTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "servce|unknown command 'servce' (did you mean 'service'?); see 'mure --help'",
        "frobnicate|unknown command 'frobnicate'; see 'mure --help'",
        "service creat|unknown command 'creat' (did you mean 'create'?); see 'mure service --help'",
        "service ls --bogus|unknown flag: --bogus; see 'mure service ls --help'",
        "service ls --bogus=1|unknown flag: --bogus; see 'mure service ls --help'",
        "--bogus service ls|unknown flag: --bogus; see 'mure --help'",
        "service ls --host x|unknown flag: --host (it goes before the command: mure --host ADDRESS COMMAND); see 'mure service ls --help'",
        "service ls extra|unexpected argument \"extra\"; see 'mure service ls --help'",
        "--host foo service ls|invalid address \"foo\" in --host: expected unix://PATH or http://HOST:PORT; see 'mure service ls --help'",
        "--host|missing value for --host; see 'mure --help'",
        "service ls -q=maybe|invalid value for option '--quiet': 'maybe' is not a boolean; see 'mure service ls --help'",
        "completion fish|invalid value \"fish\" for the shell: expected bash or zsh; see 'mure completion --help'",
        "manager --init|'manager' is another program: start it with the launcher bin/mure; see 'mure --help'"
    })
    void tellsWrongUsageInOneLine(String arguments, String message) {
        assertThat(mure(arguments.split(" "))).isEqualTo(new Run(ExitCode.WRONG_USAGE, "", "mure: " + message + "\n"));
        assertThat(manager.requests()).isEmpty();
    }

    @Test
    void listsAllCommands() {
        Run help = mure("--help");

        assertThat(help.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(help.out()).startsWith("Usage: mure [--host ADDRESS] COMMAND\n")
                .contains("\n  service     Create", "\n  rollout     Look", "\n  node        ",
                        "\n  manager     Run a manager",
                        "\n  agent       Run an agent",
                        "\n  demo        ")
                .doesNotContain("aot-");
        assertThat(mure()).isEqualTo(help);
        assertThat(mure("help")).isEqualTo(help);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "service --help|Usage: mure service COMMAND",
        "service|Usage: mure service COMMAND",
        "help service create|Usage: mure service create [OPTIONS] IMAGE [COMMAND] [ARG...]",
        "service create --help|Usage: mure service create [OPTIONS] IMAGE [COMMAND] [ARG...]",
        "service update -h|Usage: mure service update [OPTIONS] SERVICE",
        "service ls --help|Usage: mure service ls [OPTIONS]",
        "service rollback --help|Usage: mure service rollback [OPTIONS] SERVICE",
        "service history --help|Usage: mure service history [OPTIONS] SERVICE",
        "rollout|Usage: mure rollout COMMAND",
        "rollout step --help|Usage: mure rollout step SERVICE [N]",
        "rollout set --help|Usage: mure rollout set OPTIONS SERVICE",
        "rollout status --help|Usage: mure rollout status [OPTIONS] SERVICE",
        "node update --help|Usage: mure node update [OPTIONS] NODE",
        "node --help|Usage: mure node COMMAND",
        "manager --help|Usage: mure manager [OPTIONS]",
        "demo --help|Usage: mure demo [OPTIONS]"
    })
    void printsHelp(String arguments, String firstLine) {
        Run help = mure(arguments.split(" "));

        assertThat(help.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(help.out()).startsWith(firstLine + "\n");
        assertThat(help.err()).isEmpty();
        assertThat(help.out().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void saysInOneLineThatNoManagerIsThere() {
        Run run = Run.of(Map.of("MURE_DATA_DIR", folder.toString() + "/none"), new FakeTime(), "service", "ls");

        assertThat(run).isEqualTo(new Run(ExitCode.UNREACHABLE, "", "mure: cannot reach a manager at unix://" + folder
                + "/none/mure.sock: no such socket; start one with 'mure manager --init' or name another with --host\n"));
    }

    @Test
    void takesHostsFromTheFlag() {
        manager.answer("GetCluster",
                GetClusterResponse.newBuilder().setCluster(Cluster.newBuilder().setId("c1")).setLeaderId("n1").build());

        Run run = Run.of(Map.of("MURE_HOST", "unix:///wrong"), new FakeTime(), "--host",
                "unix://" + folder.resolve("none"), "-H",
                manager.address(), "version");

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out()).contains("Client:\n Version:       ", "\nCluster:\n ID:            c1\n",
                " Leader:        n1\n");
    }

    @Test
    void printsItsVersionWithoutAManager() {
        assertThat(Run.of(Map.of(), new FakeTime(), "--version").out()).matches("mure .+\n");
        assertThat(manager.requests()).isEmpty();
    }

    @Test
    void endsInOneLineWhenTheVersionsClusterIsNotThere() {
        Run run = Run.of(Map.of("MURE_HOST", "unix:///none"), new FakeTime(), "version");

        assertThat(run.out()).startsWith("Client:\n");
        assertThat(run.err()).startsWith("mure: cannot reach a manager").containsOnlyOnce("\n");
        assertThat(run.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void completesCommandsAndFlags(String shell) {
        assertThat(mure("completion", shell).out())
                .contains("--update-parallelism", "--rollback-order", "_picocli_mure_service_create", "scale",
                        "_picocli_mure_rollout_promote", "_picocli_mure_service_history", "_picocli_mure_node_update")
                .doesNotContain("aot_");
    }

    @Test
    void trainsWithoutAWord() {
        assertThat(mure("aot-training")).isEqualTo(new Run(ExitCode.OK, "", ""));
    }

    @Test
    void takesAMistakeOfItsOwnForWhatItIs() {
        manager.answer("ListServices", (out, _) -> out.write(
                "HTTP/1.1 200 OK\r\nContent-Type: application/proto\r\nContent-Length: 2\r\n\r\n\n\u0005".getBytes(
                        java.nio.charset.StandardCharsets.ISO_8859_1)));

        Run run = mure("service", "ls");

        assertThat(run.exitCode()).isEqualTo(ExitCode.BUG);
        assertThat(run.err()).startsWith("mure: the answer to ListServices can't be read: ").containsOnlyOnce("\n");
    }
}
