package dev.mure.manager.raft;

/** A change of the members that was refused or did not succeed. The members are what they were. */
public final class MembershipException extends Exception {

    private static final long serialVersionUID = 1L;

    public MembershipException(String message) {
        super(message);
    }
}
