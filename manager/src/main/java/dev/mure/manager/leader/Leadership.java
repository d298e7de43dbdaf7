package dev.mure.manager.leader;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether this manager leads, over all terms of the process: the loop of the open term takes the decisions. Thread-safe. */
public final class Leadership implements Decisions {

    private static final Logger log = LoggerFactory.getLogger(Leadership.class);

    private @Nullable LeaderLoop loop;

    /** A term was opened: its loop is made and set going in place of an earlier one. */
    public synchronized void begin(Supplier<LeaderLoop> next) {
        end();
        loop = next.get();
        loop.start();
    }

    /** The term is over. */
    public synchronized void end() {
        if (loop != null) {
            loop.close();
            loop = null;
        }
    }

    /**
     * Takes no more decisions, and waits until what was decided is committed: before leadership is handed over, so that nobody is
     * left without knowing what became of a request. Whoever comes meanwhile is told that this manager does not lead.
     */
    public void drain(Duration timeout) throws InterruptedException {
        LeaderLoop last = take();
        if (last == null) {
            return;
        }
        try {
            // An answer without a change is given only when everything decided before it is committed.
            boolean _ = last.commit((pending, now) -> Decided.unchanged(true), timeout);
        } catch (Refusal | NotLeadingException | OutcomeUnknownException e) {
            log.info("Not everything was committed before this manager stopped leading: {}", e.getMessage());
        } finally {
            last.close();
        }
    }

    private synchronized @Nullable LeaderLoop take() {
        LeaderLoop last = loop;
        loop = null;
        return last;
    }

    @Override
    public boolean leading() {
        return current().isPresent();
    }

    @Override
    public <R> R commit(Decision<R> decision, Duration timeout)
            throws Refusal, NotLeadingException, OutcomeUnknownException, InterruptedException {
        LeaderLoop open = current().orElseThrow(() -> new NotLeadingException("this manager does not lead"));
        return open.commit(decision, timeout);
    }

    private synchronized Optional<LeaderLoop> current() {
        return Optional.ofNullable(loop);
    }
}
