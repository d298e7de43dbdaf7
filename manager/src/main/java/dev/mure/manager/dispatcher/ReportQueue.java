package dev.mure.manager.dispatcher;

import dev.mure.manager.api.Reports;
import dev.mure.v1.NodeObservations;
import dev.mure.v1.ReportRequest;
import dev.mure.v1.SessionLost;
import dev.mure.v1.SessionOpened;
import dev.mure.v1.TaskObservation;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this manager has to tell the leader of all its sessions: one report is on its way, everything that comes meanwhile becomes
 * the next. Bounded by the sessions and their tasks, since a newer observation of a task takes the place of an older one. What
 * fails is sent again, after a pause that grows to a second, until its session is over.
 */
final class ReportQueue {

    /** A session as this queue sees it; its methods are called without any lock. */
    interface Reporter {

        /** Of the session. */
        String id();

        String nodeId();

        boolean over();

        /** The opening was committed at that state index. */
        void opened(long index);

        /** Everything up to that report of the agent was committed. */
        void committed(long sequence);
    }

    private static final Logger log = LoggerFactory.getLogger(ReportQueue.class);
    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    /** A report becomes one transaction, which must stay below 1 MiB. */
    private static final int MAX_BYTES = 512 << 10;

    /** What one session's agent saw and nobody has committed yet. */
    private static final class Observed {
        private final Map<String, TaskObservation> waiting = new LinkedHashMap<>();
        private long sequence;
    }

    private record Sent(Reporter reporter, List<TaskObservation> observations, long sequence) {}

    private record Batch(ReportRequest request, Map<Reporter, SessionOpened> opened, List<Sent> sent,
            List<SessionLost> lost) {}

    private final String managerId;
    private final Reports reports;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Reporter, SessionOpened> opened = new LinkedHashMap<>();
    private final Map<Reporter, Observed> observed = new LinkedHashMap<>();
    private final Map<String, SessionLost> lost = new LinkedHashMap<>();
    private Duration pause = Duration.ZERO;
    private long pausedNanos;
    private boolean paused;
    private volatile boolean closed;

    ReportQueue(String managerId, Reports reports, LongSupplier nanoTime) {
        this.managerId = managerId;
        this.reports = reports;
        this.nanoTime = nanoTime;
    }

    void open(Reporter reporter, SessionOpened opening) {
        change(() -> opened.put(reporter, opening));
    }

    /** @param observations may be none: then there is nothing to commit but what came before */
    void observe(Reporter reporter, long sequence, List<TaskObservation> observations) {
        change(() -> {
            Observed session = observed.computeIfAbsent(reporter, none -> new Observed());
            session.sequence = Math.max(session.sequence, sequence);
            observations.forEach(seen -> session.waiting.put(seen.getTaskId(), seen));
        });
    }

    /** Reports that session as lost; later ones of the node take its place. */
    void lose(SessionLost loss) {
        change(() -> lost.put(loss.getNodeId(), loss));
    }

    int waiting() {
        lock.lock();
        try {
            return observed.size();
        } finally {
            lock.unlock();
        }
    }

    long newestWaiting() {
        lock.lock();
        try {
            return observed.values().stream().mapToLong(session -> session.sequence).max().orElse(0);
        } finally {
            lock.unlock();
        }
    }

    /** Ends a pause that is over, or every pause. */
    void tick(boolean now) {
        change(() -> {
            if (now || nanoTime.getAsLong() - pausedNanos >= pause.toNanos()) {
                paused = false;
            }
        });
    }

    void close() {
        change(() -> closed = true);
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Sends until it is closed. */
    void run() {
        try {
            for (Batch batch = take(); !closed; batch = take()) {
                send(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Batch batch) throws InterruptedException {
        try {
            if (batch.request.getOpenedCount() + batch.request.getLostCount() + batch.request.getObservedCount() > 0) {
                long index = reports.report(batch.request, SEND_TIMEOUT).getIndex();
                batch.opened.keySet().forEach(reporter -> reporter.opened(index));
            }
            succeeded(batch).forEach(done -> done.reporter.committed(done.sequence));
        } catch (StatusException e) {
            log.info("A report to the leader was not committed and is sent again: {}", e.getMessage());
            failed(batch);
        } catch (RuntimeException e) {
            log.error("A report to the leader failed and is sent again", e);
            failed(batch);
        }
    }

    private Batch take() throws InterruptedException {
        lock.lock();
        try {
            dropFinished();
            while (!closed && (paused || (opened.isEmpty() && observed.isEmpty() && lost.isEmpty()))) {
                changed.await();
                dropFinished();
            }
            return batch();
        } finally {
            lock.unlock();
        }
    }

    private void dropFinished() {
        opened.keySet().removeIf(Reporter::over);
        observed.keySet().removeIf(Reporter::over);
    }

    private Batch batch() {
        ReportRequest.Builder request = ReportRequest.newBuilder().setManagerId(managerId);
        int bytes = 0;
        Map<Reporter, SessionOpened> openedNow = new LinkedHashMap<>();
        for (Iterator<Map.Entry<Reporter, SessionOpened>> all = opened.entrySet().iterator(); all.hasNext()
                && bytes < MAX_BYTES;) {
            Map.Entry<Reporter, SessionOpened> next = all.next();
            bytes += next.getValue().getSerializedSize();
            if (bytes < MAX_BYTES || openedNow.isEmpty()) {
                openedNow.put(next.getKey(), next.getValue());
                request.addOpened(next.getValue());
                all.remove();
            }
        }
        List<Sent> sent = new ArrayList<>();
        for (Iterator<Map.Entry<Reporter, Observed>> all = observed.entrySet().iterator(); all.hasNext()
                && bytes < MAX_BYTES;) {
            Map.Entry<Reporter, Observed> session = all.next();
            List<TaskObservation> taken = new ArrayList<>();
            Iterator<TaskObservation> waiting = session.getValue().waiting.values().iterator();
            while (waiting.hasNext() && bytes < MAX_BYTES) {
                TaskObservation next = waiting.next();
                taken.add(next);
                bytes += next.getSerializedSize() + 64;
                waiting.remove();
            }
            sent.add(new Sent(session.getKey(), taken, session.getValue().sequence));
            if (!taken.isEmpty()) {
                request.addObserved(NodeObservations.newBuilder()
                        .setNodeId(session.getKey().nodeId())
                        .setSessionId(session.getKey().id())
                        .addAllObservations(taken));
            }
            if (session.getValue().waiting.isEmpty()) {
                all.remove();
            }
        }
        List<SessionLost> losses = List.copyOf(lost.values());
        lost.clear();
        return new Batch(request.addAllLost(losses).build(), openedNow, sent, losses);
    }

    /** The sessions of which nothing older is waiting any more. */
    private List<Sent> succeeded(Batch batch) {
        lock.lock();
        try {
            pause = Duration.ZERO;
            return batch.sent.stream().filter(sent -> !leftOver(sent)).toList();
        } finally {
            lock.unlock();
        }
    }

    /** Part of the same report of the agent did not fit; it is acknowledged with the rest. */
    private boolean leftOver(Sent sent) {
        Observed rest = observed.get(sent.reporter);
        return rest != null && rest.sequence == sent.sequence;
    }

    private void failed(Batch batch) {
        change(() -> {
            batch.opened.forEach(opened::putIfAbsent);
            for (Sent sent : batch.sent) {
                Observed session = observed.computeIfAbsent(sent.reporter, none -> new Observed());
                session.sequence = Math.max(session.sequence, sent.sequence);
                sent.observations.forEach(seen -> session.waiting.putIfAbsent(seen.getTaskId(), seen));
            }
            batch.lost.forEach(loss -> lost.putIfAbsent(loss.getNodeId(), loss));
            long longer = Math.max(FIRST_PAUSE.toNanos(), Math.min(LONGEST_PAUSE.toNanos(), pause.toNanos() * 2));
            pause = Duration.of(longer, TimeUnit.NANOSECONDS.toChronoUnit());
            pausedNanos = nanoTime.getAsLong();
            paused = true;
        });
    }
}
