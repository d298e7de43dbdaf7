package dev.mure.agent.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.agent.runtime.Health;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a row of checks means, by Docker's rules. */
class HealthProgressTest {

    /** Unhealthy after 3 failures; every 10, in the first 30 every 2. */
    private static final HealthCheck CHECK = new HealthCheck(List.of("true"), 10, 5, 3, 30, 2);

    @ParameterizedTest(name = "checks at {0}: {1}")
    @CsvSource(textBlock = """
            # checks (age: + success, - failure) | health  | pause
            '',                             starting,  2
            2+,                             healthy,   10
            # Failures in the start period don't count, those after it do.
            2- 4- 6- 8-,                    starting,  2
            2- 4- 6- 8- 40- 50-,            starting,  10
            2- 4- 6- 8- 40- 50- 60-,        unhealthy, 10
            30- 40- 50-,                    unhealthy, 10
            29- 40- 50-,                    starting,  10
            # With the first success the start is over.
            2+ 4- 6- 8-,                    unhealthy, 10
            2+ 4- 6-,                       healthy,   10
            # Only failures in a row count.
            40- 50- 60+ 70- 80-,            healthy,   10
            40- 50- 60+ 70- 80- 90-,        unhealthy, 10
            40- 50- 60- 70+,                healthy,   10
            40- 50- 60- 70+ 80-,            healthy,   10
            """)
    void rule(String checks, String health, long pause) {
        HealthProgress progress = HealthProgress.begun();
        long age = 0;
        for (String check : checks.isEmpty() ? new String[0] : checks.split(" ", -1)) {
            age = Long.parseLong(check.substring(0, check.length() - 1));
            progress = progress.after(new CheckResult(check.endsWith("+"), "at " + age), age, CHECK);
        }
        assertThat(progress.health()).isEqualTo(switch (health) {
            case "starting" -> new Health.Starting();
            case "healthy" -> new Health.Healthy();
            default -> new Health.Unhealthy("at " + age);
        });
        assertThat(progress.pause(age, CHECK)).isEqualTo(pause);
    }
}
