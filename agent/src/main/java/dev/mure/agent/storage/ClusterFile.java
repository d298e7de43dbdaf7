package dev.mure.agent.storage;

import dev.mure.node.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link ClusterRecord} in the file {@code cluster}. Changes are written by a thread of its own, the newest state
 * at a time, so that nobody waits for the disk; {@link #flush} waits.
 */
public final class ClusterFile implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ClusterFile.class);

    private final Path file;
    private final Semaphore changes = new Semaphore(0);
    private final AtomicReference<ClusterRecord> record;
    private volatile boolean closed;
    private final ReentrantLock writeLock = new ReentrantLock();
    // Guarded by writeLock.
    private ClusterRecord written;

    private ClusterFile(Path file, ClusterRecord record) {
        this.file = file;
        this.record = new AtomicReference<>(record);
        this.written = record;
        Thread.ofVirtual().name("cluster-file").start(this::writeChanges);
    }

    /** Reads the file, if there is one. Makes its folder. */
    public static ClusterFile open(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve("cluster");
        return new ClusterFile(file, read(file));
    }

    public ClusterRecord record() {
        return record.get();
    }

    /** Changes the record now and the file soon. */
    public void update(UnaryOperator<ClusterRecord> change) {
        record.updateAndGet(change);
        changes.release();
    }

    /** Returns when the file holds the record. */
    public void flush() throws IOException {
        writeLock.lock();
        try {
            ClusterRecord newest = record.get();
            if (!newest.equals(written)) {
                DurableFile.replace(file, format(newest));
                written = newest;
            }
        } finally {
            writeLock.unlock();
        }
    }

    /** Writes what is not written yet. */
    @Override
    public void close() throws IOException {
        closed = true;
        changes.release();
        flush();
    }

    private void writeChanges() {
        try {
            while (!closed) {
                changes.acquire();
                changes.drainPermits();
                try {
                    flush();
                } catch (IOException e) {
                    // Only costs a detour after the next start; the next change tries again.
                    log.warn("Can't write {}: {}", file, e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            log.debug("Closed");
        }
    }

    private static String format(ClusterRecord record) {
        return "cluster=" + record.clusterId() + "\nepoch=" + record.epoch() + "\nindex=" + record.index()
                + "\nmanagers="
                + String.join(",", record.managers()) + "\n";
    }

    private static ClusterRecord read(Path file) throws IOException {
        Map<String, String> values = new HashMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    values.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
            String managers = values.getOrDefault("managers", "");
            return new ClusterRecord(values.getOrDefault("cluster", ""),
                    Long.parseLong(values.getOrDefault("epoch", "0")),
                    Long.parseLong(values.getOrDefault("index", "0")),
                    managers.isEmpty() ? List.of() : List.of(managers.split(",", -1)));
        } catch (NoSuchFileException e) {
            return ClusterRecord.NONE;
        } catch (NumberFormatException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }
}
