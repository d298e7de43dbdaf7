package dev.mure.manager.api;

import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Decision;
import dev.mure.manager.leader.Decisions;
import dev.mure.manager.leader.NotLeadingException;
import dev.mure.manager.leader.OutcomeUnknownException;
import dev.mure.manager.leader.Refusal;
import dev.mure.v1.Mutation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A leader without a log: what it decides is applied at once. Can be told not to lead, or to lose the outcome. */
public final class ImmediateDecisions implements Decisions {

    private final FakeState state;
    private volatile boolean leading = true;
    private volatile boolean refusing;
    private volatile boolean losing;
    private final List<List<Mutation>> transactions = new ArrayList<>();

    public ImmediateDecisions(FakeState state) {
        this.state = state;
    }

    public void leading(boolean leading) {
        this.leading = leading;
    }

    /** Says that it leads and then takes nothing. */
    public void refusing(boolean refusing) {
        this.refusing = refusing;
    }

    /** Applies and then does not know. */
    public void losing(boolean losing) {
        this.losing = losing;
    }

    /** The mutations of each transaction so far. */
    public synchronized List<List<Mutation>> transactions() {
        return List.copyOf(transactions);
    }

    @Override
    public boolean leading() {
        return leading;
    }

    @Override
    public synchronized <R> R commit(Decision<R> decision, Duration timeout)
            throws Refusal, NotLeadingException, OutcomeUnknownException {
        if (!leading || refusing) {
            throw new NotLeadingException("told so by the test");
        }
        Decided<R> decided = decision.decide(state.current(), state.nowMillis());
        if (!decided.mutations().isEmpty()) {
            transactions.add(decided.mutations());
            state.apply(decided.mutations(), decided.request());
        }
        if (losing) {
            throw new OutcomeUnknownException("told so by the test");
        }
        return decided.answer();
    }
}
