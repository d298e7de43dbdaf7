package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemovalRuleTest {

    private static final String LOSS = "can't remove member from the raft: this would result in a loss of quorum";

    /** Voters and those that answer, each a letter; {@code a} leads, and the last column says what is refused. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "a,     a,     a, attempting to demote the last manager of the swarm",
        "ab,    ab,    b, -",
        "ab,    a,     b, -",
        "abc,   abc,   b, -",
        "abc,   ac,    b, -",
        "abc,   ab,    b, " + LOSS + " (1 of the 2 other managers answers)",
        "abcd,  abc,   d, -",
        "abcd,  abd,   b, -",
        "abcd,  abc,   b, -",
        "abcd,  ab,    b, " + LOSS + " (1 of the 3 other managers answers)",
        "abcde, abc,   d, -",
        "abcde, abc,   b, " + LOSS + " (2 of the 4 other managers answer)",
        "abcde, abcd,  b, -"
    })
    void theOthersMustBeAbleToGoOn(String voters, String answering, String leaving, @Nullable String refused) {
        assertThat(obstacle(voters, answering, leaving)).isEqualTo(refused == null ? "" : refused);
    }

    private static String obstacle(String voters, String answering, String leaving) {
        Set<Voter> all = letters(voters).map(peer -> new Voter(peer, "h:1")).collect(Collectors.toSet());
        return RemovalRule.obstacle(new Voters(all, Set.of(), 1), leaving, answering::contains).orElse("");
    }

    private static Stream<String> letters(String word) {
        return word.chars().mapToObj(Character::toString);
    }
}
