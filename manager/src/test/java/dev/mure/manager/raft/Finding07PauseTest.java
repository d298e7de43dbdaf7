package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.TimeDuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** After a pause of more than a minute Ratis closes its server for good, in a process that lives on. */
@Timeout(120)
@DisabledOnOs(OS.WINDOWS)
class Finding07PauseTest {

    @TempDir
    Path dir;

    @Test
    void aPauseOfADayIsTolerated() {
        RaftSettings settings = TestCluster.settings(dir, 1);
        assertThat(RaftServerConfigKeys.closeThreshold(RatisProperties.of(settings)))
                .isGreaterThanOrEqualTo(TimeDuration.valueOf(1, TimeUnit.DAYS));
    }

    @Test
    void theProcessEndsWhenRatisHasClosedItsServer() throws Exception {
        try (MemberProcess member = MemberProcess.start("", dir, Duration.ofMillis(200))) {
            assertThat(member.commit(10)).isTrue();
            pause(member, Duration.ofSeconds(1));
            assertThat(member.exitCode(TestCluster.PATIENCE)).isEqualTo(DeathReason.Kind.CLOSED.exitCode());
        }
    }

    @Test
    @Tag("on-request")
    void aPauseOfMoreThanAMinuteIsSurvived() throws Exception {
        try (MemberProcess member = MemberProcess.start("", dir, Duration.ZERO)) {
            assertThat(member.commit(10)).isTrue();
            pause(member, Duration.ofSeconds(65));
            assertThat(member.commit(10)).isTrue();
            assertThat(member.alive()).isTrue();
        }
    }

    /** Time that passes is what this is about: there is no condition to wait for. */
    private static void pause(MemberProcess member, Duration duration) throws Exception {
        member.signal("STOP");
        Thread.sleep(duration);
        member.signal("CONT");
    }
}
