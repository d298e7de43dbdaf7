package dev.mure.manager;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuorumLossTest {

    private static final ZoneId UTC = ZoneOffset.UTC;
    private static final Instant NOW = Instant.parse("2026-11-25T12:02:00Z");
    private static final QuorumLoss.Silent M2 =
            new QuorumLoss.Silent("m2", "10.0.0.2:7370", Instant.parse("2026-11-25T12:01:05.7Z"));
    private static final QuorumLoss.Silent M3 =
            new QuorumLoss.Silent("m3", "10.0.0.3:7370", Instant.parse("2026-11-24T23:59:59Z"));

    @Test
    void saysWhoIsMissingSinceWhen() {
        assertThat(QuorumLoss.of(3, List.of(M3, M2), NOW, UTC)).contains("2 of 3 managers are unreachable: "
                + "m2 (10.0.0.2:7370) since 12:01:05, m3 (10.0.0.3:7370) since 2026-11-24 23:59:59; "
                + "more than half must be online");
    }

    @Test
    void aMajorityIsEnough() {
        assertThat(QuorumLoss.of(3, List.of(M2), NOW, UTC)).isEmpty();
        assertThat(QuorumLoss.of(5, List.of(M2, M3), NOW, UTC)).isEmpty();
        assertThat(QuorumLoss.of(1, List.of(), NOW, UTC)).isEmpty();
    }

    @Test
    void halfIsNotEnough() {
        assertThat(QuorumLoss.of(2, List.of(M2), NOW, UTC)).contains("1 of 2 managers is unreachable: "
                + "m2 (10.0.0.2:7370) since 12:01:05; more than half must be online");
        assertThat(QuorumLoss.of(4, List.of(M2, M3), NOW, UTC)).isPresent();
        assertThat(List.of(1, 2, 3, 4, 5)).extracting(QuorumLoss::needed).containsExactly(1, 2, 2, 3, 3);
    }
}
