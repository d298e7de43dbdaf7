package dev.mure.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReasonTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "delay: 8s left until the next slot|delay:  left until the next slot|delay: 5s left until the next slot",
        "canary: promoted in 1m2s if all of it stays good|canary: promoted in  if all of it stays good|canary: promoted in 59s if all of it stays good",
        "web.1 runs on h1, min-healthy: 2s left|web.1 runs on h1, min-healthy:  left|web.1 runs on h1, min-healthy: 1s left",
        "web.1 waits for a node: x (start-deadline: 50s left)|web.1 waits for a node: x (start-deadline:  left)|web.1 waits for a node: x (start-deadline: 47s left)",
        "web.2 crash loop: 4 restarts in a row, next in 35s|web.2 crash loop: 4 restarts in a row, next in |web.2 crash loop: 4 restarts in a row, next in 32s",
        "web.2 waits for a node: no suitable node (1 node down)|web.2 waits for a node: no suitable node (1 node down)|web.2 waits for a node: no suitable node (1 node down)",
        "nobody is left in 5 rooms|nobody is left in 5 rooms|nobody is left in 5 rooms"
    }, ignoreLeadingAndTrailingWhitespace = false)
    void countsDown(String line, String subject, String threeSecondsLater) {
        assertThat(Reason.of(line).subject()).isEqualTo(subject);
        assertThat(Reason.of(line).after(Duration.ofSeconds(3))).isEqualTo(threeSecondsLater);
    }
}
