package dev.mure.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mure.cli.process.Environment;
import dev.mure.cli.process.Interrupts;
import dev.mure.cli.process.RandomIds;
import dev.mure.cli.process.Screen;
import dev.mure.cli.process.WrongUsage;
import dev.mure.cli.testing.FakeTime;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointsTest {

    private static List<String> endpoints(List<String> hosts, Map<String, String> variables) {
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
        Environment environment =
                new Environment(nowhere, nowhere, variables, new FakeTime(), RandomIds.UUIDS, Screen.NONE,
                        Interrupts.NONE);
        return Endpoints.of(hosts, environment).stream().map(Endpoint::toString).toList();
    }

    @Test
    void takesFlagsBeforeTheVariable() {
        assertThat(endpoints(List.of("http://a:1,unix:///x", "tcp://b:2"), Map.of("MURE_HOST", "http://c:3")))
                .containsExactly("http://a:1", "unix:///x", "http://b:2");
        assertThat(endpoints(List.of(), Map.of("MURE_HOST", "http://c:3, http://[::1]:4")))
                .containsExactly("http://c:3", "http://[::1]:4");
    }

    @Test
    void fallsBackToTheSocketInTheDataFolder() {
        assertThat(endpoints(List.of(), Map.of("MURE_DATA_DIR", "/d"))).containsExactly("unix:///d/mure.sock");
        boolean root = "root".equals(System.getProperty("user.name"));
        assertThat(endpoints(List.of(), Map.of("HOME", "/home/me")))
                .containsExactly(
                        root ? "unix:///var/lib/mure/mure.sock" : "unix:///home/me/.local/share/mure/mure.sock");
        assertThat(endpoints(List.of(), Map.of("XDG_DATA_HOME", "/x", "MURE_HOST", "")))
                .containsExactly(root ? "unix:///var/lib/mure/mure.sock" : "unix:///x/mure/mure.sock");
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo", "unix://", "http://", "http://host", "http://host:", "http://host:x", "http://:1",
        "http://host:0",
        "http://host:65536", "https://host:1", "http://a:b:1", "http://host:1/path"})
    void refusesWhatIsNoAddress(String text) {
        assertThatExceptionOfType(WrongUsage.class).isThrownBy(() -> Endpoint.parse(text, "MURE_HOST"))
                .withMessage("invalid address \"" + text + "\" in MURE_HOST: expected unix://PATH or http://HOST:PORT");
    }

    @ParameterizedTest
    @CsvSource({"http://host:1,host:1", "http://[::1]:2,[::1]:2", "unix:///x,localhost", "http://host:80/,host:80"})
    void namesItsHost(String text, String header) {
        assertThat(Endpoint.parse(text, "--host").hostHeader()).isEqualTo(header);
    }
}
