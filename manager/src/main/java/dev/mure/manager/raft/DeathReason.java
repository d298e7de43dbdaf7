package dev.mure.manager.raft;

/**
 * Why this member can't go on. Nothing but a new process helps, so whoever is told ends this one.
 *
 * @param kind what happened
 * @param message one line for a person
 */
public record DeathReason(Kind kind, String message) {

    /** What happened, with the exit code of the process. */
    public enum Kind {
        /** Ratis closed its server without being asked. A restart may help. */
        CLOSED(70),
        /** The log could not be written: disk full or broken. */
        LOG_FAILED(71),
        /** The log or a snapshot holds what this build does not know. Only a newer build helps. */
        UNSUPPORTED(72),
        /** The members removed this one. */
        REMOVED(73),
        /** Entries are committed and none was applied for a long time. */
        STUCK(74),
        /** Memory ran out, or the program is broken, while an entry was applied. */
        APPLY_FAILED(75);

        private final int exitCode;

        Kind(int exitCode) {
            this.exitCode = exitCode;
        }

        public int exitCode() {
            return exitCode;
        }
    }
}
