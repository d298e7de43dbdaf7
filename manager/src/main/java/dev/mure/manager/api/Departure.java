package dev.mure.manager.api;

import java.util.Optional;

/** What this manager can do on its way out of the cluster. A port: the process implements it. */
public interface Departure {

    /** Whether no other manager votes. */
    boolean last();

    /** Why the others could not go on without this one, as far as it can see; it sees that while it leads. */
    Optional<String> obstacle();

    /** Makes another manager the leader, if this one leads. */
    void handOver() throws InterruptedException;

    /** The process ends soon, after the answer had time to get out, and its folder belongs to no cluster any more. Does not block. */
    void end();
}
