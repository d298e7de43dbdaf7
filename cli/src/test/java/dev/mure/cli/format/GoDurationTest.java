package dev.mure.cli.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

    @ParameterizedTest
    @CsvSource({"10s,PT10S", "10m30s,PT10M30S", "1h,PT1H", "1.5h,PT1H30M", "500ms,PT0.5S", "0,PT0S", "0s,PT0S",
        "1h1m1s,PT1H1M1S",
        ".5s,PT0.5S", "1.s,PT1S", "100us,PT0.0001S", "100µs,PT0.0001S", "7ns,PT0.000000007S", "90m,PT1H30M"})
    void readsWhatGoReads(String text, Duration duration) {
        assertThat(GoDuration.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10x", "10", "s", "-1s", "1s ", " 1s", "1..5s", ".s", "1d", "1e3s", "10 s",
        "9999999999h", "ms1"})
    void refusesWhatGoRefuses(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> GoDuration.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"PT10S,10s", "PT1M30S,1m30s", "PT1H,1h0m0s", "PT0.5S,500ms", "PT1.5S,1.5s", "PT0S,0s",
        "PT0.0015S,1.5ms", "PT2H3M4.05S,2h3m4.05s",
        "PT0.0000015S,1.5µs", "PT0.000000001S,1ns", "PT-1M,-1m0s"})
    void printsAsGoPrints(Duration duration, String text) {
        assertThat(GoDuration.print(duration)).isEqualTo(text);
    }
}
