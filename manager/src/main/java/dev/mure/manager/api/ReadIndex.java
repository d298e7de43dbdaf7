package dev.mure.manager.api;

import dev.mure.manager.leader.NotLeadingException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** The leader's confirmation of a read. A port: {@code raft} has the barrier. */
public interface ReadIndex {

    /**
     * The position of the log that a linearizable read must have applied, after a majority confirmed this manager's term.
     *
     * @throws NotLeadingException this manager does not lead, or can't be sure
     */
    long confirm(Duration timeout) throws NotLeadingException, TimeoutException, InterruptedException;
}
