package dev.mure.it.history;

/**
 * One call on one register, as the client that made it saw it.
 *
 * @param client
 *            who called
 * @param call
 *            what was asked and answered
 * @param invoked
 *            monotonic time in nanoseconds before the request was sent
 * @param returned
 *            and after the answer was there; {@link Long#MAX_VALUE} if none came
 */
public record Operation(int client, Call call, long invoked, long returned) {

    /** What was asked and what was answered. Every value is written once only. */
    public sealed interface Call {

        /** What a register holds after the call, if it may hold that value before it; {@link #IMPOSSIBLE} if it may not. */
        long after(long before);

        /** Whether it certainly took place: there was an answer. */
        boolean certain();
    }

    /** No register holds it. */
    public static final long IMPOSSIBLE = Long.MIN_VALUE;

    /** A read that saw a value. */
    public record Read(long seen) implements Call {
        @Override
        public long after(long before) {
            return before == seen ? before : IMPOSSIBLE;
        }

        @Override
        public boolean certain() {
            return true;
        }
    }

    /**
     * A write on condition that the register still holds what was read.
     *
     * @param certain
     *            whether it was acknowledged; without an answer it was done, will be done, or never is
     */
    public record Swap(long expected, long next, boolean certain) implements Call {
        @Override
        public long after(long before) {
            return before == expected ? next : IMPOSSIBLE;
        }
    }

    /** The same, refused because the register holds something else. */
    public record Refused(long expected) implements Call {
        @Override
        public long after(long before) {
            return before == expected ? IMPOSSIBLE : before;
        }

        @Override
        public boolean certain() {
            return true;
        }
    }
}
