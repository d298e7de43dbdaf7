package dev.mure.cli.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HumanDurationTest {

    @ParameterizedTest
    @CsvSource({"PT-3S,Less than a second", "PT0.999S,Less than a second", "PT1S,1 second", "PT1.9S,1 second",
        "PT59.9S,59 seconds",
        "PT60S,About a minute", "PT119S,About a minute", "PT120S,2 minutes", "PT59M59S,59 minutes",
        "PT60M,About an hour",
        "PT89M59S,About an hour", "PT90M,2 hours", "PT47H,47 hours", "P2D,2 days", "P13D,13 days", "P14D,2 weeks",
        "P59D,8 weeks",
        "P60D,2 months", "P729D,24 months", "P730D,2 years"})
    void speaksInDockersSteps(Duration duration, String text) {
        assertThat(HumanDuration.print(duration)).isEqualTo(text);
    }

    @Test
    void beginsSmallInsideASentence() {
        assertThat(HumanDuration.ago(Duration.ofSeconds(70))).isEqualTo("about a minute ago");
        assertThat(HumanDuration.ago(Duration.ZERO)).isEqualTo("less than a second ago");
    }
}
