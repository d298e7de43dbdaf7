package dev.mure.manager.dispatcher;

import dev.mure.manager.api.AppliedState;
import dev.mure.manager.api.Caller;
import dev.mure.manager.api.Leadership;
import dev.mure.manager.api.Reports;
import dev.mure.manager.planning.IdSource;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds the sessions of this manager's agents together with what wakes them: changes of the state, time, answers of the leader. */
public final class Dispatcher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration FOLLOW = Duration.ofHours(1);

    private final AppliedState applied;
    private final IdSource ids;
    private final ReportQueue reports;
    private final Sessions sessions;
    private final AppliedState.Changes changes;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /**
     * A dispatcher that serves when {@link #start} was called.
     *
     * @param managerId node id of this manager
     * @param ids where session ids come from
     * @param nanoTime monotonic time in nanoseconds
     */
    public Dispatcher(String managerId, AppliedState applied, Leadership leadership, Reports reports, IdSource ids,
            LongSupplier nanoTime) {
        this.applied = applied;
        this.ids = ids;
        this.reports = new ReportQueue(managerId, reports, nanoTime);
        sessions = new Sessions(managerId, applied, leadership, this.reports, nanoTime);
        changes = applied.subscribe("dispatcher");
    }

    /** Follows the state and the time on threads of its own. */
    public void start() {
        startWithoutClock();
        Thread.ofVirtual().name("dispatcher-clock").start(this::watchTime);
    }

    /** For tests, which call {@link #tick} themselves. */
    void startWithoutClock() {
        Thread.ofVirtual().name("dispatcher-reports").start(reports::run);
        Thread.ofVirtual().name("dispatcher-state").start(this::follow);
    }

    /** The service to put behind the gRPC door. */
    public DispatchService service() {
        return new DispatchService(this);
    }

    /** How many agents have a session here. */
    public int sessionCount() {
        return sessions.size();
    }

    /** Streams that are open, with or without a session. */
    int streamCount() {
        return sessions.streamCount();
    }

    /** Sessions of which something is waiting to be reported. */
    int reportsWaiting() {
        return reports.waiting();
    }

    /** The highest report number of an agent that is waiting. */
    long newestWaiting() {
        return reports.newestWaiting();
    }

    /** When any agent was last heard of. */
    long lastHeardNanos() {
        return sessions.lastHeardNanos();
    }

    void connected(AgentStream stream, Caller caller) {
        AgentSession session = new AgentSession(ids.next(), caller, stream, applied, sessions, reports);
        stream.start(session);
        sessions.add(session);
        Thread.ofVirtual().name("agent-session-" + session.id()).start(session::run);
    }

    /** Looks at the time. One caller at a time. */
    void tick() {
        sessions.tick();
    }

    private void follow() {
        try {
            while (stopped.getCount() > 0) {
                changes.next(FOLLOW).ifPresent(change -> sessions.changed(change.state(), change.delta()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watchTime() {
        try {
            while (!stopped.await(TICK.toNanos(), TimeUnit.NANOSECONDS)) {
                tick();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("The dispatcher's clock stopped: sessions of dead agents are not noticed any more", e);
            throw e;
        }
    }

    /** Ends all sessions; their agents go to another manager. */
    @Override
    public void close() {
        stopped.countDown();
        sessions.close();
        changes.close();
        reports.close();
    }
}
