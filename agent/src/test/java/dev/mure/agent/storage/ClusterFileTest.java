package dev.mure.agent.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterFileTest {

    @TempDir
    Path folder;

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
