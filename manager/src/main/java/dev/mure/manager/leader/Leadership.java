package dev.mure.manager.leader;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether this manager leads, over all terms of the process: the loop of the open term takes the decisions. Thread-safe. */
public final class Leadership implements Decisions {

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
