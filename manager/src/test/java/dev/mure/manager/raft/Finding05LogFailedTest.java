package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** After a write to the log failed, Ratis takes nothing more and says that all is well. */
@Timeout(120)
@DisabledOnOs(OS.WINDOWS)
class Finding05LogFailedTest {

    @TempDir
    Path dir;

    @Test
    void theProcessEndsWhenTheLogCanNotBeWritten() throws Exception {
        // The system refuses to let a file grow beyond that: the same error for the writer as a full disk. No root needed.
        try (MemberProcess member = MemberProcess.start("ulimit -f 6144;", dir, Duration.ZERO)) {
            for (int written = 0; member.commit(200_000); written++) {
                assertThat(written).as("the limit should have been met").isLessThan(100);
            }
            assertThat(member.exitCode(TestCluster.PATIENCE)).isEqualTo(DeathReason.Kind.LOG_FAILED.exitCode());
        }
    }
}
