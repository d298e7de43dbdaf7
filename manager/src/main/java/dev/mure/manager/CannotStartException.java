package dev.mure.manager;

/** A manager that can't start. The message is one line: what, where, what to do. */
final class CannotStartException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    CannotStartException(String message) {
        this(message, 1);
    }

    CannotStartException(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
