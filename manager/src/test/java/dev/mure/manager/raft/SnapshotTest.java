package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mure.manager.store.ClusterState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.ratis.server.protocol.TermIndex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SnapshotTest {

    @TempDir
    Path dir;

    @Test
    void applyingGoesOnWhileASnapshotIsWritten() throws Exception {
        SnapshotFolder folder = new SnapshotFolder(3);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        SnapshotPolicy everyTwo = new SnapshotPolicy(2, Long.MAX_VALUE, Duration.ofHours(1), 0, 3);
        try (SnapshotWriter writer = new SnapshotWriter(everyTwo, SnapshotFilesTest.opened(folder, dir), timeout -> {
            begun.countDown();
            mayEnd.await();
        }, System::nanoTime)) {
            writer.start();
            ClusterState state = SnapshotFilesTest.state(5);
            TestCluster.awaitTrue("the writer takes a state", () -> {
                writer.applied(state, TermIndex.valueOf(1, 1), 10);
                return begun.getCount() == 0;
            });
            // The writer is busy: each of these returns at once.
            for (int i = 2; i < 10_000; i++) {
                writer.applied(state, TermIndex.valueOf(1, i), 10);
            }
            assertThat(folder.adopt()).contains(TermIndex.valueOf(1, 1));
            mayEnd.countDown();
            TestCluster.awaitTrue("the next one is of now", () -> {
                writer.applied(state, TermIndex.valueOf(1, 10_000), 10);
                return folder.adopt().filter(TermIndex.valueOf(1, 10_000)::equals).isPresent();
            });
        }
    }

    @Test
    void eachSnapshotHoldsTheStateAtItsIndex() throws Exception {
        SnapshotPolicy often = new SnapshotPolicy(10, Long.MAX_VALUE, Duration.ofHours(1), 5, 1000);
        Map<Long, List<Object>> seen = new HashMap<>();
        try (TestCluster cluster =
                new TestCluster(dir, settings -> settings.withSnapshots(often), properties -> {}).grow(1)) {
            RaftMember member = cluster.leader();
            for (int i = 0; i < 200; i++) {
                assertThat(cluster.commit("n" + i % 7, "value " + i)).isInstanceOf(CommitOutcome.Applied.class);
                ClusterState state = member.feed().current();
                seen.put(state.index(), TestCluster.contents(state));
            }
            Path sm = member.identity().groupDir(cluster.settingsOf(member)).resolve("sm");
            int checked = 0;
            for (Path file : DurableFiles.list(sm)) {
                Optional<TermIndex> position = SnapshotFolder.position(file);
                if (position.isPresent()) {
                    ClusterState state = SnapshotFile.read(file, position.get());
                    assertThat(TestCluster.contents(state)).isEqualTo(seen.get(state.index()));
                    checked++;
                }
            }
            assertThat(checked).isPositive();
        }
    }

    @Test
    void aRestartBeginsAtTheNewestSnapshotAndADamagedOneIsRefused() throws Exception {
        try (TestCluster cluster = Finding09LogAndSnapshotsAreBoundedTest.cluster(dir).grow(1)) {
            RaftMember member = cluster.leader();
            Path group = member.identity().groupDir(cluster.settingsOf(member));
            for (int i = 0; i < 100; i++) {
                cluster.commitSurely("n" + i % 7, "value " + i);
            }
            TestCluster.awaitTrue("the log does not begin at 0",
                    () -> Finding09LogAndSnapshotsAreBoundedTest.firstIndex(group) > 0);
            List<Object> before = TestCluster.contents(member.feed().current());
            cluster.stop(member);
            RaftMember again = cluster.restart(member);
            assertThat(again.feed().current().index()).as("at once, from the snapshot").isPositive();
            assertThat(TestCluster.contents(cluster.leader().feed().current())).isEqualTo(before);
            cluster.stop(again);

            List<Path> snapshots = DurableFiles.list(group.resolve("sm")).stream()
                    .filter(file -> SnapshotFolder.position(file).isPresent())
                    // One that was broken off when the member stopped has no digest and is dropped.
                    .filter(file -> Files.exists(Path.of(file + ".md5")))
                    .toList();
            Path newest = snapshots.stream()
                    .max(Comparator.comparing(file -> SnapshotFolder.position(file).orElseThrow()))
                    .orElseThrow();
            byte[] whole = Files.readAllBytes(newest);
            whole[whole.length / 2] ^= 1;
            Files.write(newest, whole);
            assertThatThrownBy(() -> cluster.restart(again)).isInstanceOf(RaftStartException.class)
                    .hasMessageContaining(newest.toString())
                    .hasMessageContaining("checksum")
                    .hasMessageContaining("join as a new manager");

            for (Path snapshot : snapshots) {
                Files.delete(snapshot);
            }
            assertThatThrownBy(() -> cluster.restart(again)).isInstanceOf(RaftStartException.class)
                    .hasMessageContaining("a snapshot is missing");
        }
    }
}
