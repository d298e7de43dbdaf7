package dev.mure.manager.raft;

import org.jspecify.annotations.Nullable;

/** A member can't start. The message is one line that says what is wrong, where, and what helps. */
public final class RaftStartException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    RaftStartException(String message) {
        this(message, null, 1);
    }

    RaftStartException(String message, Throwable cause) {
        this(message, cause, 1);
    }

    RaftStartException(String message, @Nullable Throwable cause, int exitCode) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** Exit code of the process: 1, or that of a {@link DeathReason} if it was one. */
    public int exitCode() {
        return exitCode;
    }
}
