package dev.mure.agent.session;

import dev.mure.agent.task.StatusSink;
import dev.mure.agent.task.Urgency;
import dev.mure.v1.StatusReport;
import dev.mure.v1.TaskObservation;
import dev.mure.v1.TaskStatus;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Statuses that no manager has acknowledged yet: the furthest of each task. At most one report is on its way; what comes up
 * meanwhile goes with the next one, and all of it again after a new stream was opened. Bounded by the number of tasks.
 *
 * <p>Statuses that others wait for are sent at once, and take along those that linger.
 */
public final class StatusOutbox implements StatusSink {

    /** Keeps a report far below the limit of a gRPC message. */
    private static final int MAX_OBSERVATIONS = 1_000;

    private final long lingerNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by lock.
    private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>();
    private long lastSequence;
    private Optional<InFlight> inFlight = Optional.empty();

    /**
     * Makes an empty one.
     *
     * @param linger
     *            how long a status waits that nobody waits for
     */
    public StatusOutbox(Duration linger) {
        this.lingerNanos = linger.toNanos();
    }

    @Override
    public void report(String taskId, TaskStatus status, Urgency urgency) {
        lock.lock();
        try {
            Entry waiting = entries.get(taskId);
            // A task only moves forward, so the newest is the furthest; an end is never overwritten whatever comes.
            if (waiting == null || waiting.status().getState().getNumber() <= status.getState().getNumber()) {
                long due = System.nanoTime() + (urgency == Urgency.AT_ONCE ? 0 : lingerNanos);
                entries.put(taskId, new Entry(status, waiting == null || isOnItsWay(taskId, waiting)
                        ? due
                        : Math.min(due, waiting.dueNanos())));
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A new stream begins: what was on its way on an old one is sent again. */
    void restart() {
        lock.lock();
        try {
            lastSequence = 0;
            inFlight = Optional.empty();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits, at most {@code limit}, until a report is due and none is on its way; it then counts as sent. */
    Optional<StatusReport> await(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        lock.lock();
        try {
            while (true) {
                long now = System.nanoTime();
                long due = inFlight.isPresent() ? Long.MAX_VALUE : earliestDue(now);
                if (due <= 0) {
                    return Optional.of(send(now));
                }
                long left = deadline - now;
                if (left <= 0) {
                    return Optional.empty();
                }
                boolean _ = changed.await(Math.min(left, due), TimeUnit.NANOSECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The report was committed: what did not change since need not be sent again. */
    void acknowledge(long sequence) {
        lock.lock();
        try {
            if (inFlight.isPresent() && inFlight.get().sequence() == sequence) {
                inFlight.get().sent().forEach(entries::remove);
                inFlight = Optional.empty();
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** How long the report on its way has been waiting for its acknowledgement; zero if there is none. */
    Duration unacknowledgedFor() {
        lock.lock();
        try {
            return inFlight.map(sent -> Duration.ofNanos(System.nanoTime() - sent.sinceNanos())).orElse(Duration.ZERO);
        } finally {
            lock.unlock();
        }
    }

    private boolean isOnItsWay(String taskId, Entry entry) {
        return inFlight.filter(sent -> entry.equals(sent.sent().get(taskId))).isPresent();
    }

    /** Nanoseconds until something has to be sent, at most 0 when it is time. */
    private long earliestDue(long now) {
        return entries.values().stream().mapToLong(entry -> entry.dueNanos() - now).min().orElse(Long.MAX_VALUE);
    }

    private StatusReport send(long now) {
        lastSequence++;
        StatusReport.Builder report = StatusReport.newBuilder().setSequence(lastSequence);
        Map<String, Entry> sent = new LinkedHashMap<>();
        for (Map.Entry<String, Entry> entry : entries.entrySet()) {
            if (sent.size() == MAX_OBSERVATIONS) {
                break;
            }
            sent.put(entry.getKey(), entry.getValue());
            report.addObservations(
                    TaskObservation.newBuilder().setTaskId(entry.getKey()).setStatus(entry.getValue().status()));
        }
        inFlight = Optional.of(new InFlight(lastSequence, now, sent));
        return report.build();
    }

    private record Entry(TaskStatus status, long dueNanos) {}

    private record InFlight(long sequence, long sinceNanos, Map<String, Entry> sent) {}
}
