package dev.mure.manager.raft;

/**
 * Is told when this member's terms begin and end. Called on one thread of its own, in order: every opened term is closed before
 * the next one is opened. It may block for a while; the term itself closes at once, whatever the listener does.
 */
public interface LeadershipListener {

    /** This member leads, and has applied everything that was committed before. */
    void termOpened(LeaderTerm term);

    /** The term is over, for ever. */
    void termClosed(LeaderTerm term);
}
