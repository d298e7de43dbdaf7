package dev.mure.manager.leader;

import java.time.Duration;

/** Has requests decided and committed while this manager leads. Any thread may call it. */
public interface Decisions {

    /** Whether this manager leads and takes decisions now. A hint: the answer may be old when it arrives. */
    boolean leading();

    /**
     * Decides on the pending state and waits for the commit.
     *
     * @throws Refusal the decision's own; nothing changed
     * @throws NotLeadingException this manager does not lead, or is too busy to begin: certainly not applied, ask again or elsewhere
     * @throws OutcomeUnknownException the term ended or the time ran out before the commit was known: perhaps applied
     */
    <R> R commit(Decision<R> decision, Duration timeout)
            throws Refusal, NotLeadingException, OutcomeUnknownException, InterruptedException;
}
