package dev.mure.manager.api;

import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Service;
import dev.mure.v1.ServiceProgress;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * One client's watch of one service. Its thread sleeps until somebody wakes it (a change, a client that can take more, a cancelled
 * call), then sends the newest state if that is news and the client is ready for it.
 */
final class ServiceWatch {

    private final ServerCallStreamObserver<ServiceProgress> out;
    private final Semaphore wakes = new Semaphore(0);
    private volatile String serviceId = "";
    private volatile String serviceName = "";
    private volatile boolean cancelled;
    private volatile boolean stopped;

    ServiceWatch(ServerCallStreamObserver<ServiceProgress> out) {
        this.out = out;
    }

    /** Says what is watched; before {@link #run}. */
    void of(Service service) {
        serviceId = service.getId();
        serviceName = service.getName();
    }

    String serviceId() {
        return serviceId;
    }

    void wake() {
        wakes.release();
    }

    void cancel() {
        cancelled = true;
        wake();
    }

    /** The manager ends the watch. */
    void stop() {
        stopped = true;
        wake();
    }

    void run(AppliedState applied) throws InterruptedException {
        Optional<ServiceProgress> sent = Optional.empty();
        while (!cancelled) {
            if (stopped) {
                fail(Status.UNAVAILABLE.withDescription("this manager is stopping; watch at another")
                        .asRuntimeException());
                return;
            }
            if (out.isReady()) {
                ClusterState state = applied.current();
                Optional<Service> service = state.service(serviceId).filter(found -> !found.getRemoved());
                if (service.isEmpty()) {
                    fail(Status.NOT_FOUND.withDescription("service " + serviceName + " not found: it was removed")
                            .asRuntimeException());
                    return;
                }
                ServiceProgress progress = new ServiceViews(state).progress(service.get(), applied.nowMillis());
                if (sent.isEmpty() || !sameContent(progress, sent.get())) {
                    out.onNext(progress);
                    sent = Optional.of(progress);
                }
            }
            wakes.acquire();
            wakes.drainPermits();
        }
    }

    void fail(Exception e) {
        if (!cancelled) {
            out.onError(e);
        }
    }

    /** The index and the clock move without the service, and the view of the rollout follows from the rest and the clock. */
    private static boolean sameContent(ServiceProgress a, ServiceProgress b) {
        return a.getService().equals(b.getService()) && a.getTasksList().equals(b.getTasksList());
    }
}
