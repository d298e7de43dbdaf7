package dev.mure.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mure.manager.raft.StateFeed;
import dev.mure.manager.raft.Voter;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ManagerPulseTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Set<String> dead = ConcurrentHashMap.newKeySet();
    private final Set<String> answered = ConcurrentHashMap.newKeySet();
    private final Set<Voter> voters =
            Set.of(new Voter("a-1", "h1:1"), new Voter("b-1", "h2:1"), new Voter("c-1", "h3:1"));
    private volatile boolean healthy;
    private volatile Optional<String> leader = Optional.of("b-1");
    private final ManagerPulse pulse = new ManagerPulse("a-1", () -> voters, () -> leader,
            new StateFeed(System::nanoTime), (peer, timeout) -> answer(peer), known -> healthy = known);

    @AfterEach
    void stop() {
        pulse.close();
    }

    @Test
    void twoOfThreeThatAreSilentAreNamedOnceNoLeaderIsKnown() {
        pulse.start();
        await().atMost(PATIENCE).until(() -> answered.containsAll(Set.of("b-1", "c-1")));
        Instant alive = Instant.now();
        assertThat(healthy).isTrue();
        dead.addAll(Set.of("b-1", "c-1"));
        assertThat(pulse.lost()).as("while a leader is known").isEmpty();
        assertThat(pulse.leaderlessSince()).isEmpty();

        leader = Optional.empty();

        await().atMost(PATIENCE).until(() -> pulse.lost().isPresent() && !healthy);
        assertThat(pulse.lost().orElseThrow()).startsWith("2 of 3 managers are unreachable: b-1 (h2:1) since ")
                .contains("c-1 (h3:1) since ").endsWith("; more than half must be online");
        assertThat(pulse.leaderlessSince()).hasValueSatisfying(since -> assertThat(since).isAfterOrEqualTo(alive));
    }

    @Test
    void nothingIsLostWhileAMajorityAnswers() {
        dead.add("b-1");
        leader = Optional.empty();
        pulse.start();
        await().atMost(PATIENCE).until(() -> answered.containsAll(Set.of("c-1", "not b-1")));
        assertThat(pulse.lost()).isEmpty();
    }

    @Test
    void nothingIsSaidOfManagersThatWereNotAskedYet() {
        leader = Optional.empty();
        assertThat(pulse.lost()).isEmpty();
    }

    @Test
    void whoComesBackIsHeard() {
        dead.addAll(Set.of("b-1", "c-1"));
        leader = Optional.empty();
        pulse.start();
        await().atMost(PATIENCE).until(() -> pulse.lost().isPresent());

        dead.remove("c-1");

        await().atMost(PATIENCE).until(() -> pulse.lost().isEmpty());
    }

    private long answer(String peer) throws IOException {
        if (dead.contains(peer)) {
            answered.add("not " + peer);
            throw new IOException("dead");
        }
        answered.add(peer);
        return 1;
    }
}
