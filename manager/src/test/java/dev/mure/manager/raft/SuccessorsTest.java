package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SuccessorsTest {

    private static final Duration ANSWERING = Duration.ofMillis(300);

    static List<Arguments> cases() {
        return List.of(
                Arguments.of("the longest log first", Map.of("b", 10L, "c", 12L), Map.of("b", 20L, "c", 12L),
                        List.of("b", "c")),
                Arguments.of("of equal logs the one that answered last", Map.of("b", 90L, "c", 10L),
                        Map.of("b", 20L, "c", 20L), List.of("c", "b")),
                Arguments.of("who does not answer is left out", Map.of("b", 301L, "c", 300L),
                        Map.of("b", 20L, "c", 12L), List.of("c")),
                Arguments.of("who never answered is left out", Map.of("c", 5L), Map.of("b", 20L), List.of("c")),
                Arguments.of("who is no voter is left out", Map.of("b", 5L, "d", 5L), Map.of("b", 1L, "d", 9L),
                        List.of("b")),
                Arguments.of("nobody", Map.of(), Map.of(), List.of()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void whoIsAskedFirst(String why, Map<String, Long> silentMillis, Map<String, Long> committed,
            List<String> expected) {
        Voters voters = new Voters(Set.of(voter("a"), voter("b"), voter("c")), Set.of(), 1);
        Map<String, Duration> silence = silentMillis.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> Duration.ofMillis(entry.getValue())));

        assertThat(Successors.inOrder("a", voters, silence, committed, ANSWERING)).isEqualTo(expected);
    }

    private static Voter voter(String peerId) {
        return new Voter(peerId, "127.0.0.1:1");
    }
}
