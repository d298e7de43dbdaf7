package dev.mure.manager;

/** The command line can't be followed. The message is one line: what, where, what to do. */
final class WrongUsageException extends Exception {

    private static final long serialVersionUID = 1L;

    WrongUsageException(String message) {
        super(message);
    }
}
