package dev.mure.manager.raft;

import java.io.IOException;
import java.time.Duration;

/** Asks another member for its Raft term. */
@FunctionalInterface
public interface TermProbe {

    /**
     * The member's {@link RaftMember#currentTerm()}, read after the call began. Called from several threads at a time.
     *
     * @throws IOException if there was no answer in time
     */
    long termOf(String peerId, Duration timeout) throws IOException;
}
