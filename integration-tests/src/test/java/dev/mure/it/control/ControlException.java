package dev.mure.it.control;

/** The Control API said no. */
public final class ControlException extends RuntimeException {

    private final int status;
    private final String code;

    ControlException(int status, String code, String message) {
        super(code + ": " + message);
        this.status = status;
        this.code = code;
    }

    /** Status of the HTTP answer. */
    public int status() {
        return status;
    }

    /** As the Connect protocol writes it, for example {@code not_found}. */
    public String code() {
        return code;
    }

    /** Whether another manager, or the same a little later, may do better; a write is repeated with the same request id. */
    public boolean passes() {
        return switch (code) {
            case "unavailable", "unknown", "deadline_exceeded" -> true;
            default -> false;
        };
    }
}
