package dev.mure.agent.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTest {

    @TempDir Path folder;

    @Test
    void aNodeKeepsItsId() throws Exception {
        String id = NodeFile.idOf(folder.resolve("new"));
        assertThat(id).matches("[0-9a-z]{25}");
        assertThat(folder.resolve("new/node")).hasContent("id=" + id);
        assertThat(NodeFile.idOf(folder.resolve("new"))).isEqualTo(id);
        try (var files = Files.list(folder.resolve("new"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void whoeverComesAtTheSameTimeGetsTheSameId() throws Exception {
        int count = 20;
        CountDownLatch go = new CountDownLatch(1);
        List<Future<String>> ids = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(count)) {
            for (int i = 0; i < count; i++) {
                ids.add(threads.submit(() -> {
                    go.await();
                    return NodeFile.idOf(folder);
                }));
            }
            go.countDown();
        }
        Set<String> distinct = new HashSet<>();
        for (Future<String> id : ids) {
            distinct.add(id.get());
        }
        assertThat(distinct).hasSize(1);
    }

    @Test
    void aDamagedNodeFileIsNotReplaced() throws Exception {
        Files.writeString(folder.resolve("node"), "id=short\n");
        assertThatIOException().isThrownBy(() -> NodeFile.idOf(folder)).withMessageContaining("holds no node id");
        assertThat(folder.resolve("node")).hasContent("id=short");
    }

    @Test
    void idsAreRandomAndOfOneLength() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            ids.add(NodeFile.newId(new SecureRandom()));
        }
        assertThat(ids).hasSize(1_000).allMatch(id -> id.matches("[0-9a-z]{25}"));
    }

    @Test
    void aFolderIsLockedOnce() throws Exception {
        Path file = folder.resolve("lock");
        FolderLock lock = FolderLock.tryTake(file).orElseThrow();
        assertThat(FolderLock.tryTake(file)).isEmpty();
        lock.close();
        FolderLock.tryTake(file).orElseThrow().close();
    }

    @Test
    void theClusterIsRemembered() throws Exception {
        try (ClusterFile file = ClusterFile.open(folder)) {
            assertThat(file.record()).isEqualTo(ClusterRecord.NONE);
            file.update(record -> record.joined("c").served(2, 30).withManagers(List.of("a:1", "b:2")));
            file.flush();
            assertThat(folder.resolve("cluster")).hasContent("cluster=c\nepoch=2\nindex=30\nmanagers=a:1,b:2\n");
        }
        try (ClusterFile file = ClusterFile.open(folder)) {
            assertThat(file.record()).isEqualTo(new ClusterRecord("c", 2, 30, List.of("a:1", "b:2")));
        }
    }

    @Test
    void changesReachTheDiskByThemselves() throws Exception {
        try (ClusterFile file = ClusterFile.open(folder)) {
            file.update(record -> record.served(1, 7));
            await().atMost(Duration.ofSeconds(10)).untilAsserted(
                    () -> assertThat(folder.resolve("cluster")).content().contains("index=7"));
        }
    }

    @Test
    void aDamagedClusterFileIsNamed() throws Exception {
        Files.writeString(folder.resolve("cluster"), "epoch=x\n");
        assertThatIOException().isThrownBy(() -> ClusterFile.open(folder)).withMessageContaining("cluster is damaged");
    }
}
