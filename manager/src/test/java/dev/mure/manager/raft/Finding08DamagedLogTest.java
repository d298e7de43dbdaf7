package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * After a power loss in the middle of an append the preallocated file holds half a record. Ratis' tolerant policy would start with it,
 * and drop everything behind a damaged record, acknowledged entries too; so such a member does not start, and says what to do.
 */
@Timeout(120)
class Finding08DamagedLogTest {

    @TempDir
    Path dir;

    @Test
    void aDamagedRecordIsRefusedAndNothingIsCutOff() throws Exception {
        RaftSettings settings = stoppedMember();
        Path log = logFile(settings);
        byte[] bytes = Files.readAllBytes(log);
        int half = bytes.length / 2;
        Arrays.fill(bytes, half, half + 20, (byte) 0);
        Files.write(log, bytes);

        assertThatThrownBy(() -> RaftMember.restart(settings, TestCluster.inClear()))
                .isInstanceOf(RaftStartException.class)
                .hasMessageContaining("the log in " + settings.raftDir() + " is damaged")
                .hasMessageContaining("join as a new manager");
        assertThat(log).hasBinaryContent(bytes);
    }

    @Test
    void halfARecordInPreallocatedSpaceIsRefusedToo() throws Exception {
        RaftSettings settings = stoppedMember();
        Path log = logFile(settings);
        byte[] bytes = Files.readAllBytes(log);
        Arrays.fill(bytes, bytes.length - 10, bytes.length, (byte) 0);
        byte[] padded = Arrays.copyOf(bytes, bytes.length + 4096);
        Files.write(log, padded);

        assertThatThrownBy(() -> RaftMember.restart(settings, TestCluster.inClear()))
                .isInstanceOf(RaftStartException.class)
                .hasMessageContaining("is damaged");
        assertThat(log).hasBinaryContent(padded);
    }

    @Test
    void aRecordThatEndsWithTheFileWasNeverAcknowledgedAndIsDropped() throws Exception {
        RaftSettings settings = stoppedMember();
        Path log = logFile(settings);
        byte[] bytes = Files.readAllBytes(log);
        Files.write(log, Arrays.copyOf(bytes, bytes.length - 10));

        try (RaftMember member = RaftMember.restart(settings, TestCluster.inClear())) {
            TestCluster.awaitTrue("it leads", () -> member.openTerm().isPresent());
            assertThat(member.feed().current().node("n18")).isPresent();
            assertThat(member.feed().current().node("n19")).isEmpty();
        }
    }

    private RaftSettings stoppedMember() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 1)) {
            for (int i = 0; i < 20; i++) {
                cluster.commit("n" + i, "a name that takes up some room, number " + i);
            }
            return cluster.settingsOf(cluster.leader());
        }
    }

    private static Path logFile(RaftSettings settings) throws IOException {
        try (Stream<Path> files = Files.walk(settings.raftDir())) {
            return files.filter(file -> file.getFileName().toString().startsWith("log_inprogress")).findAny()
                    .orElseThrow();
        }
    }
}
