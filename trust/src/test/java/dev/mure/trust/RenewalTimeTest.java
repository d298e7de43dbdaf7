package dev.mure.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenewalTimeTest {

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @ParameterizedTest
    @CsvSource({"0, 0.5", "0.5, 0.65", "1, 0.8"})
    void liesBetweenHalfAndFourFifthsOfTheLife(double chance, double part) {
        Credentials credentials =
                new TestNodes().credentials(new NodeIdentity("n", NodeRole.WORKER, TestNodes.CLUSTER), now);
        Duration life = Duration.ofDays(90).plusHours(1);
        assertThat(RenewalTime.of(credentials.certificate(), chance))
                .isEqualTo(now.minus(Duration.ofHours(1)).plusMillis(Math.round(life.toMillis() * part)));
    }

    @ParameterizedTest
    @CsvSource({"1, 5", "2, 10", "3, 20", "10, 2560", "11, 3600", "1000, 3600"})
    void retriesComeLaterAndLater(int failures, long seconds) {
        assertThat(RenewalTime.retry(failures)).isEqualTo(Duration.ofSeconds(seconds));
    }
}
