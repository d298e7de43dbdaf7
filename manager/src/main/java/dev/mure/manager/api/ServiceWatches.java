package dev.mure.manager.api;

import dev.mure.manager.leader.Refusal;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.StateDelta;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.WatchServiceRequest;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that watch a service: one thread follows the applied state and wakes those whose service changed, each of which has a
 * virtual thread of its own. Nothing is queued; who wakes late sees the newest state.
 */
public final class ServiceWatches implements AutoCloseable {

    /** For a person a watch lasts as long as an update; more than this at a time is a fault somewhere. */
    public static final int MAX_WATCHES = 1_000;

    private static final Duration POLL = Duration.ofHours(1);

    private final AppliedState state;
    private final ClusterReads reads;
    private final int mostWatches;
    private final Set<ServiceWatch> watches = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final AppliedState.Changes changes;
    private volatile boolean closed;

    public ServiceWatches(AppliedState state, ClusterReads reads) {
        this(state, reads, MAX_WATCHES);
    }

    ServiceWatches(AppliedState state, ClusterReads reads, int mostWatches) {
        this.state = state;
        this.reads = reads;
        this.mostWatches = mostWatches;
        changes = state.subscribe("service watches");
        Thread.ofVirtual().name("service-watches").start(this::follow);
    }

    /** Begins a watch; returns at once. */
    void open(WatchServiceRequest request, ServerCallStreamObserver<ServiceProgress> out) {
        if (count.incrementAndGet() > mostWatches) {
            count.decrementAndGet();
            out.onError(Status.RESOURCE_EXHAUSTED
                    .withDescription(
                            "this manager has " + mostWatches + " watches: end some, or watch at another manager")
                    .asRuntimeException());
            return;
        }
        ServiceWatch watch = new ServiceWatch(out);
        // Both only wake: the caller's thread serves the call's events, so it must not be the one that waits.
        out.setOnReadyHandler(watch::wake);
        out.setOnCancelHandler(watch::cancel);
        Duration startLimit = LeaderForwarding.timeLeft();
        Thread.ofVirtual().name("watch-" + request.getService()).start(Context.current().wrap(() -> {
            try {
                run(request, watch, startLimit);
            } finally {
                watches.remove(watch);
                count.decrementAndGet();
            }
        }));
    }

    private void run(WatchServiceRequest request, ServiceWatch watch, Duration startLimit) {
        try {
            ClusterState start = request.getMinIndex() == 0
                    ? reads.linearizable(startLimit)
                    : state.awaitIndex(request.getMinIndex(), startLimit);
            watch.of(ServiceLookup.find(start, request.getService()));
            watches.add(watch);
            if (closed) {
                watch.stop();
            }
            watch.run(state);
        } catch (Refusal e) {
            watch.fail(Statuses.of(e));
        } catch (TimeoutException e) {
            watch.fail(Statuses.of(e));
        } catch (StatusException e) {
            watch.fail(e);
        } catch (InterruptedException e) {
            watch.fail(Statuses.interrupted());
        }
    }

    private void follow() {
        try {
            while (!closed) {
                Optional<AppliedState.Change> change = changes.next(POLL);
                change.ifPresent(step -> wake(step.delta()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void wake(StateDelta delta) {
        for (ServiceWatch watch : watches) {
            if (delta.restored() || delta.services().contains(watch.serviceId())) {
                watch.wake();
            }
        }
    }

    /** Watches that are open. */
    int open() {
        return count.get();
    }

    /** Ends all watches: their clients may go on at another manager. */
    @Override
    public void close() {
        closed = true;
        changes.close();
        watches.forEach(ServiceWatch::stop);
    }
}
