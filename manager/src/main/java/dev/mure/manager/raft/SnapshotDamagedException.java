package dev.mure.manager.raft;

import java.io.IOException;

/** A snapshot file that is not what was written. */
final class SnapshotDamagedException extends IOException {

    private static final long serialVersionUID = 1L;

    SnapshotDamagedException(String message) {
        super(message);
    }
}
