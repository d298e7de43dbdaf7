package dev.mure.manager.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ratis replaces {@code sm/} by an incoming snapshot with two renames: {@code sm} to {@code sm.tmpDATE}, {@code tmp/snapshot-ID} to
 * {@code sm}. A crash between them leaves no {@code sm}. The old one still fits the log, so it is put back, and the leader sends its
 * snapshot again.
 */
final class SnapshotSwapRepair {

    private static final Logger log = LoggerFactory.getLogger(SnapshotSwapRepair.class);

    private SnapshotSwapRepair() {}

    static void repair(Path groupDir) throws IOException {
        Path folder = groupDir.resolve("sm");
        List<Path> replaced = DurableFiles.list(groupDir).stream()
                .filter(path -> String.valueOf(path.getFileName()).startsWith("sm.tmp"))
                .toList();
        if (!Files.exists(folder)) {
            if (replaced.isEmpty()) {
                Files.createDirectories(folder);
            } else {
                Path newest = replaced.getLast();
                log.warn("A snapshot was being installed when this manager stopped; going back to {}", newest);
                Files.move(newest, folder, StandardCopyOption.ATOMIC_MOVE);
            }
            DurableFiles.force(groupDir);
        }
        for (Path leftover : replaced) {
            DurableFiles.deleteTree(leftover);
        }
        DurableFiles.deleteTree(groupDir.resolve("tmp"));
    }
}
