package dev.mure.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    private static final Path HOME = Path.of("/home/ann");

    @TempDir
    Path temp;

    @Test
    void theNodeIdIsMadeOnceAndKept() throws IOException {
        DataFolder folder = DataFolder.open(temp.resolve("data"));
        String id = folder.nodeId(new SecureRandom());

        assertThat(RandomId.isId(id)).isTrue();
        assertThat(DataFolder.open(temp.resolve("data")).nodeId(new SecureRandom())).isEqualTo(id);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path()))).isEqualTo("rwx------");
    }

    @Test
    void manyThatComeFirstAgreeOnOneId() throws Exception {
        Set<String> ids = new ConcurrentSkipListSet<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Boolean>> starts = IntStream.range(0, 32)
                    .<Callable<Boolean>>mapToObj(i -> () -> ids.add(DataFolder.open(temp).nodeId(new SecureRandom())))
                    .toList();
            for (Future<Boolean> start : threads.invokeAll(starts)) {
                start.get();
            }
        }
        assertThat(ids).hasSize(1);
        try (var files = Files.list(temp)) {
            assertThat(files).containsExactly(temp.resolve("node"));
        }
    }

    @Test
    void aDamagedNodeFileIsRefusedWithOneLine() throws IOException {
        Files.writeString(temp.resolve("node"), "id=short\n");

        assertThatThrownBy(() -> DataFolder.open(temp).nodeId(new SecureRandom()))
                .hasMessage(temp.resolve("node")
                        + " holds no node id (expected id= and 25 characters): restore it, or use another"
                        + " data folder");
    }

    @Test
    void aPartCanBeClaimedOnce() throws IOException {
        DataFolder folder = DataFolder.open(temp);
        try (FileLock held = folder.lock("agent").orElseThrow()) {
            assertThat(folder.lock("agent")).isEmpty();
            assertThat(folder.lock("manager")).isPresent();
            assertThat(held.isValid()).isTrue();
        }
        assertThat(folder.lock("agent")).isPresent();
    }

    @Test
    void theDefaultPathFollowsTheUser() {
        assertThat(DataFolder.defaultPath(Map.of(), "root", HOME)).hasToString("/var/lib/mure");
        assertThat(DataFolder.defaultPath(Map.of(), "ann", HOME)).hasToString("/home/ann/.local/share/mure");
        assertThat(DataFolder.defaultPath(Map.of("XDG_DATA_HOME", "/x"), "ann", HOME)).hasToString("/x/mure");
        assertThat(DataFolder.defaultPath(Map.of("MURE_DATA_DIR", "/d"), "root", HOME)).hasToString("/d");
    }

    @Test
    void replacingAFileLeavesNothingBeside() throws IOException {
        Path file = temp.resolve("managers");
        DurableFile.replace(file, "a");
        DurableFile.replace(file, "b");

        assertThat(file).hasContent("b");
        try (var files = Files.list(temp)) {
            assertThat(files).containsExactly(file);
        }
    }
}
