package dev.mure.manager.raft;

import java.time.Duration;

/**
 * When a snapshot is written, and how much of the log stays behind it. A snapshot is due when the first of the three limits is
 * reached since the one before.
 *
 * @param entries applied log entries
 * @param bytes size of the applied entries
 * @param interval time, if anything was applied in it
 * @param keptEntries log entries that stay when the log is purged, so that a short absence of a member needs no snapshot
 * @param retained snapshot files that stay
 */
public record SnapshotPolicy(long entries, long bytes, Duration interval, long keptEntries, int retained) {

    /** 10,000 entries, 64 MiB or an hour; 5,000 entries and 3 files stay. */
    public static final SnapshotPolicy DEFAULT = new SnapshotPolicy(10_000, 64L << 20, Duration.ofHours(1), 5_000, 3);

    public SnapshotPolicy {
        if (entries < 1 || bytes < 1 || interval.isNegative() || interval.isZero() || keptEntries < 0 || retained < 1) {
            throw new IllegalArgumentException("snapshot limits must be positive");
        }
    }
}
