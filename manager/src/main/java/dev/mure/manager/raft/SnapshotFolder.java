package dev.mure.manager.raft;

import dev.mure.manager.store.ClusterState;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots on disk: {@code sm/snapshot.TERM_INDEX}, each with its {@code .md5}. A snapshot is written first and only later
 * adopted, on the applying thread; Ratis sees adopted ones alone. Nothing else may lie in that folder: when another member's
 * snapshot comes in, Ratis replaces the folder as a whole.
 */
final class SnapshotFolder implements StateMachineStorage {

    private static final Logger log = LoggerFactory.getLogger(SnapshotFolder.class);
    private static final Pattern NAME = Pattern.compile("snapshot\\.(\\d+)_(\\d+)");
    private static final Comparator<TermIndex> BY_INDEX = Comparator.comparingLong(TermIndex::getIndex);

    /** A snapshot with its place. */
    record Found(TermIndex position, Path file) {}

    private final int retained;
    private volatile @Nullable Path folder;
    private volatile @Nullable SingleFileSnapshotInfo adopted;

    /** Raised when the folder is about to be replaced: what is being written for the old one is not published. */
    private int generation;
    private @Nullable SingleFileSnapshotInfo written;

    SnapshotFolder(int retained) {
        this.retained = retained;
    }

    /** Called before the log is opened, with nothing else running. */
    @Override
    public void init(RaftStorage storage) throws IOException {
        SnapshotSwapRepair.repair(storage.getStorageDir().getRoot().toPath());
        folder = storage.getStorageDir().getStateMachineDir().toPath();
    }

    /** Adopts the newest complete snapshot on disk, and removes what was not completed. */
    synchronized Optional<Found> rescan() throws IOException {
        Optional<Found> newest = Optional.empty();
        for (Path path : DurableFiles.list(dir())) {
            Optional<TermIndex> position = position(path);
            if (position.isEmpty() ? path.toString().endsWith(".tmp") : !Files.exists(md5File(path))) {
                Files.delete(path);
            } else if (position.isPresent()) {
                Found found = new Found(position.get(), path);
                newest = Stream.concat(newest.stream(), Stream.of(found))
                        .max(Comparator.comparing(Found::position, BY_INDEX));
            }
        }
        written = null;
        adopted = newest.isPresent()
                ? info(newest.get(), MD5FileUtil.readStoredMd5ForFile(newest.get().file().toFile()))
                : null;
        return newest;
    }

    /**
     * Writes a snapshot. It counts once it is adopted.
     *
     * @return whether it was published: not if the folder was replaced meanwhile
     */
    boolean write(ClusterState state, TermIndex position) throws IOException {
        int begun = generation();
        Found target = new Found(position, dir().resolve("snapshot." + position.getTerm() + "_" + position.getIndex()));
        Path temporary = target.file().resolveSibling(target.file().getFileName() + ".tmp");
        MD5Hash md5 = SnapshotFile.write(temporary, state, position);
        return publish(begun, temporary, target, md5);
    }

    private synchronized boolean publish(int begun, Path temporary, Found target, MD5Hash md5) throws IOException {
        if (generation != begun) {
            Files.deleteIfExists(temporary);
            return false;
        }
        DurableFiles.publish(temporary, target.file());
        MD5FileUtil.saveMD5File(target.file().toFile(), md5);
        DurableFiles.force(dir());
        written = info(target, md5);
        return true;
    }

    private synchronized int generation() {
        return generation;
    }

    /** The folder is about to be replaced. Waits for a publication that is under way. */
    synchronized void suspend() {
        generation++;
    }

    /** Makes the newest written snapshot the one that Ratis sees. Applying thread only. */
    synchronized Optional<TermIndex> adopt() {
        SingleFileSnapshotInfo next = written;
        if (next != null) {
            adopted = next;
            written = null;
        }
        return Optional.ofNullable(adopted).map(SnapshotInfo::getTermIndex);
    }

    @Override
    public @Nullable SnapshotInfo getLatestSnapshot() {
        return adopted;
    }

    /** Keeps the newest files; never removes the adopted one. */
    @Override
    public synchronized void cleanupOldSnapshots(SnapshotRetentionPolicy policy) throws IOException {
        SingleFileSnapshotInfo newest = adopted;
        if (newest == null) {
            return;
        }
        List<Path> old = DurableFiles.list(dir()).stream()
                .filter(path -> position(path).filter(at -> at.getIndex() <= newest.getIndex()).isPresent())
                .sorted(Comparator.comparing((Path path) -> position(path).orElseThrow(), BY_INDEX).reversed())
                .skip(retained)
                .toList();
        for (Path path : old) {
            log.debug("Deleting {}", path);
            Files.deleteIfExists(path);
            Files.deleteIfExists(md5File(path));
        }
    }

    @Override
    public void format() {
        // Nothing to prepare.
    }

    private Path dir() {
        Path dir = folder;
        if (dir == null) {
            throw new IllegalStateException("not initialised");
        }
        return dir;
    }

    private static SingleFileSnapshotInfo info(Found found, MD5Hash md5) {
        return new SingleFileSnapshotInfo(new FileInfo(found.file(), md5), found.position());
    }

    private static Path md5File(Path file) {
        File beside = MD5FileUtil.getDigestFileForFile(file.toFile());
        return beside.toPath();
    }

    /** What the name of a snapshot says; empty for any other file. */
    static Optional<TermIndex> position(Path path) {
        Matcher matcher = NAME.matcher(String.valueOf(path.getFileName()));
        return matcher.matches()
                ? Optional.of(TermIndex.valueOf(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))))
                : Optional.empty();
    }
}
