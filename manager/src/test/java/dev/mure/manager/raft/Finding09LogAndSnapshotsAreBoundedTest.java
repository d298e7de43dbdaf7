package dev.mure.manager.raft;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** By default Ratis writes no snapshots, keeps all it was given, and one dead member keeps the whole log alive on the others. */
@Timeout(120)
class Finding09LogAndSnapshotsAreBoundedTest {

    private static final SnapshotPolicy SMALL = new SnapshotPolicy(25, 1 << 20, Duration.ofHours(1), 10, 2);

    @TempDir
    Path dir;

    @Test
    void aDeadMemberKeepsNothingAliveAndCatchesUpFromASnapshot() throws Exception {
        try (TestCluster cluster = cluster(dir).grow(3)) {
            RaftMember lagging = cluster.followers().getFirst();
            cluster.stop(lagging);
            for (int i = 0; i < 150; i++) {
                cluster.commitSurely("n" + i % 20, "value " + i);
            }
            for (RaftMember member : List.of(cluster.leader(), cluster.followersOf(cluster.leader()).stream()
                    .filter(other -> other != lagging)
                    .findFirst()
                    .orElseThrow())) {
                Path group = member.identity().groupDir(cluster.settingsOf(member));
                TestCluster.awaitTrue("the log is purged", () -> firstIndex(group) > 50);
                TestCluster.awaitTrue("old snapshots are gone", () -> snapshots(group) <= 2);
            }

            RaftMember again = cluster.restart(lagging);
            try (Subscription subscription = again.feed().subscribe("test")) {
                // The state before was at 0: to be here it took the leader's snapshot.
                cluster.awaitEqual();
                TestCluster.awaitTrue("it was told that everything changed", () -> restored(subscription));
            }
            // The state machine's life goes on: more entries, a snapshot of its own, leadership.
            cluster.commitSurely("after", "the snapshot");
            cluster.awaitEqual();
            cluster.stop(cluster.leader());
            cluster.restartStopped();
            cluster.commitSurely("after", "another leader");
            cluster.awaitEqual();
        }
    }

    /** Small segments, so that there is something to purge. */
    static TestCluster cluster(Path dir) {
        return new TestCluster(dir, settings -> settings.withSnapshots(SMALL),
                Finding09LogAndSnapshotsAreBoundedTest::smallSegments);
    }

    private static void smallSegments(RaftProperties properties) {
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf("4KB"));
        RaftServerConfigKeys.Log.setPreallocatedSize(properties, SizeInBytes.valueOf("4KB"));
        RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
    }

    private static boolean restored(Subscription subscription) {
        try {
            return TestCluster.restored(subscription.take(Duration.ZERO));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static long firstIndex(Path group) {
        try {
            return LogFiles.firstIndex(group.resolve("current")).orElseThrow();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long snapshots(Path group) {
        try {
            return DurableFiles.list(group.resolve("sm")).stream().filter(file -> !file.toString().endsWith(".md5"))
                    .count();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
