package dev.mure.manager.api;

import java.time.Instant;
import java.util.Optional;

/**
 * Whether enough managers answer for a leader to be possible. A port: the manager keeps asking the others. Any thread may call it;
 * it never blocks.
 */
public interface Quorum {

    /** One line that names who does not answer; empty while a leader is known, or enough managers answer for one to be elected. */
    Optional<String> lost();

    /** Wall time since when this manager knows no leader; empty while it knows one. */
    Optional<Instant> leaderlessSince();

    /** Wall time since when that manager has not answered; empty while it does, and for this one. */
    Optional<Instant> silentSince(String nodeId);
}
