package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mure.manager.store.Applier;
import dev.mure.manager.store.ClusterState;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorageDirectory;
import org.apache.ratis.server.storage.RaftStorageMetadataFile;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.util.MD5FileUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SnapshotFilesTest {

    @TempDir
    Path dir;
    private final SnapshotFolder folder = new SnapshotFolder(2);
    private Path sm = Path.of("");

    @BeforeEach
    void open() throws Exception {
        sm = dir.resolve("sm");
        opened(folder, dir);
    }

    @Test
    void aStateComesBackAsItWas() throws Exception {
        ClusterState state = state(100);
        Path file = dir.resolve("file");
        SnapshotFile.write(file, state, TermIndex.valueOf(3, 17));
        ClusterState back = SnapshotFile.read(file, TermIndex.valueOf(3, 17));
        assertThat(TestCluster.contents(back)).isEqualTo(TestCluster.contents(state));

        SnapshotFile.write(file, ClusterState.empty(), TermIndex.valueOf(1, 0));
        assertThat(SnapshotFile.read(file, TermIndex.valueOf(1, 0)).index()).isZero();
    }

    @Test
    void damageIsNoticedWhereverItIs() throws Exception {
        Path file = dir.resolve("file");
        TermIndex position = TermIndex.valueOf(3, 17);
        SnapshotFile.write(file, state(20), position);
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(4711);
        for (int i = 0; i < 300; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, damaged);
            assertThatThrownBy(() -> SnapshotFile.read(file, position)).isInstanceOf(SnapshotDamagedException.class)
                    .hasMessageContaining("checksum");
        }
        for (int length : List.of(0, 1, 3, 4, whole.length / 2, whole.length - 1)) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> SnapshotFile.read(file, position)).isInstanceOf(SnapshotDamagedException.class);
        }
        Files.write(file, whole);
        assertThatThrownBy(() -> SnapshotFile.read(file, TermIndex.valueOf(3, 18)))
                .isInstanceOf(SnapshotDamagedException.class);
    }

    @Test
    void aSnapshotCountsOnceItIsAdopted() throws Exception {
        assertThat(folder.write(state(3), TermIndex.valueOf(1, 3))).isTrue();
        assertThat(folder.getLatestSnapshot()).isNull();
        assertThat(folder.adopt()).contains(TermIndex.valueOf(1, 3));
        assertThat(folder.getLatestSnapshot()).isNotNull();
        Path file = sm.resolve("snapshot.1_3");
        MD5FileUtil.verifySavedMD5(file.toFile(), MD5FileUtil.computeMd5ForFile(file.toFile()));
    }

    @Test
    void theNewestStayAndTheOthersGo() throws Exception {
        for (int i = 1; i <= 5; i++) {
            folder.write(state(i), TermIndex.valueOf(1, i));
            folder.adopt();
            folder.cleanupOldSnapshots(new SnapshotRetentionPolicy() {});
        }
        assertThat(DurableFiles.list(sm)).containsExactly(sm.resolve("snapshot.1_4"), sm.resolve("snapshot.1_4.md5"),
                sm.resolve("snapshot.1_5"), sm.resolve("snapshot.1_5.md5"));
    }

    @Test
    void whatWasNotCompletedIsRemovedAtStart() throws Exception {
        folder.write(state(3), TermIndex.valueOf(1, 3));
        Files.writeString(sm.resolve("snapshot.1_9.tmp"), "half");
        Files.writeString(sm.resolve("snapshot.1_8"), "without its digest");
        assertThat(folder.rescan().orElseThrow().position()).isEqualTo(TermIndex.valueOf(1, 3));
        assertThat(DurableFiles.list(sm)).containsExactly(sm.resolve("snapshot.1_3"), sm.resolve("snapshot.1_3.md5"));
    }

    @Test
    void anInterruptedSwapGoesBackToTheOldFolder() throws Exception {
        folder.write(state(3), TermIndex.valueOf(1, 3));
        Files.move(sm, dir.resolve("sm.tmp20260101"));
        Files.createDirectories(dir.resolve("tmp").resolve("snapshot-1").resolve("half"));
        opened(folder, dir);
        assertThat(folder.rescan().orElseThrow().position()).isEqualTo(TermIndex.valueOf(1, 3));
        assertThat(dir.resolve("tmp")).doesNotExist();
        assertThat(dir.resolve("sm.tmp20260101")).doesNotExist();
    }

    @Test
    void leftoversOfAFinishedSwapAreRemoved() throws Exception {
        folder.write(state(3), TermIndex.valueOf(1, 3));
        Files.createDirectories(dir.resolve("sm.tmp20260101").resolve("old"));
        opened(folder, dir);
        assertThat(folder.rescan()).isPresent();
        assertThat(dir.resolve("sm.tmp20260101")).doesNotExist();
    }

    /** A folder that is open in a directory. */
    static SnapshotFolder opened(SnapshotFolder folder, Path dir) throws Exception {
        folder.init(new Storage(dir.toFile()));
        return folder;
    }

    static ClusterState state(int transactions) {
        ClusterState state = ClusterState.empty();
        for (int i = 0; i < transactions; i++) {
            state = Applier.apply(state, TestCluster.put(1, "node" + i % 50, "name " + i), 1).state();
        }
        return state;
    }

    /** Only the folders. */
    private record Storage(File root) implements RaftStorage {
        @Override
        public void initialize() {}

        @Override
        public RaftStorageDirectory getStorageDir() {
            return new RaftStorageDirectory() {
                @Override
                public File getRoot() {
                    return root;
                }

                @Override
                public boolean isHealthy() {
                    return true;
                }
            };
        }

        @Override
        public RaftStorageMetadataFile getMetadataFile() {
            throw new UnsupportedOperationException();
        }

        @Override
        public CorruptionPolicy getLogCorruptionPolicy() {
            return CorruptionPolicy.EXCEPTION;
        }

        @Override
        public void close() {}
    }
}
