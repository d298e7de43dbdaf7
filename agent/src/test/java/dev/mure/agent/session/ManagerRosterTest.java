package dev.mure.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ManagerRosterTest {

    @Test
    void everyManagerComesUpOncePerRound() {
        ManagerRoster roster = new ManagerRoster(List.of("a:1"), List.of("b:1", "c:1"), new Random(1));
        for (int round = 0; round < 10; round++) {
            assertThat(round(roster)).containsExactlyInAnyOrder("a:1", "b:1", "c:1");
        }
    }

    @Test
    void agentsDoNotAllTryTheSameManagerFirst() {
        Set<String> first = new HashSet<>();
        for (int seed = 0; seed < 100; seed++) {
            first.add(new ManagerRoster(List.of("a:1", "b:1", "c:1"), List.of(), new Random(seed)).next());
        }
        assertThat(first).hasSize(3);
    }

    @Test
    void theOneThatServedLastIsTriedFirst() {
        for (int seed = 0; seed < 20; seed++) {
            ManagerRoster roster = new ManagerRoster(List.of("a:1", "b:1", "c:1"), List.of(), new Random(seed));
            roster.next();
            roster.served("b:1");
            assertThat(round(roster).getFirst()).isEqualTo("b:1");
        }
    }

    @Test
    void aLostManagerIsTriedLast() {
        for (int seed = 0; seed < 20; seed++) {
            ManagerRoster roster = new ManagerRoster(List.of("a:1", "b:1", "c:1"), List.of(), new Random(seed));
            roster.served("b:1");
            roster.lost("b:1");
            assertThat(round(roster)).hasSize(3).last().isEqualTo("b:1");
        }
    }

    @Test
    void learnedManagersReplaceOlderOnesButNotTheConfigured() {
        ManagerRoster roster = new ManagerRoster(List.of("a:1"), List.of("b:1"), new Random(1));
        roster.next();
        roster.learn(List.of("c:1"));
        assertThat(roster.size()).isEqualTo(2);
        round(roster);
        assertThat(round(roster)).containsExactlyInAnyOrder("a:1", "c:1");
    }

    @Test
    void oneIsNeeded() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ManagerRoster(List.of(), List.of(), new Random(1)));
    }

    private static List<String> round(ManagerRoster roster) {
        List<String> round = new ArrayList<>();
        for (int i = 0; i < roster.size(); i++) {
            round.add(roster.next());
        }
        return round;
    }
}
