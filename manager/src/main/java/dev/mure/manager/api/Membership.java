package dev.mure.manager.api;

import dev.mure.manager.leader.NotLeadingException;
import dev.mure.manager.leader.OutcomeUnknownException;
import dev.mure.manager.leader.Refusal;
import dev.mure.v1.AdmitManagerRequest;
import java.time.Duration;

/** The Raft group that this manager belongs to. A port: {@code raft} implements it. */
public interface Membership {

    /** The group's UUID. */
    String groupId();

    /** The term of this member; never one that it might go back from. */
    long term();

    /** Makes a running, empty member a voter and lists it as a manager, when it is caught up. Leader only. */
    void admit(AdmitManagerRequest request, Duration timeout)
            throws Refusal, NotLeadingException, OutcomeUnknownException, InterruptedException;

    /** Whether a Raft member has a vote. */
    boolean votes(String raftPeerId);

    /**
     * Takes a member out of the voters. Done at once if it is none. Leader only.
     *
     * @throws Refusal if the others could not go on without it; nothing changed
     */
    void release(String raftPeerId, Duration timeout)
            throws Refusal, NotLeadingException, OutcomeUnknownException, InterruptedException;
}
