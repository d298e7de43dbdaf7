package dev.mure.manager.api;

import java.util.Optional;

/** Who leads, as far as this manager knows. A port: {@code raft} knows. Answers may be old when they arrive. */
public interface Leadership {

    /** Node id of the leader; empty while none is known. */
    Optional<String> leaderId();

    long term();

    /** Whether this manager, leading, hears from that manager; anything while it does not lead. */
    boolean hears(String nodeId);
}
