package dev.mure.agent.runtime;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Bounds blocking calls that have no deadline of their own, and makes them end for the caller when it is interrupted. */
public final class Deadline {

    private Deadline() {}

    /**
     * Makes the call on a virtual thread of its own and waits for it, at most {@code limit}; then the call is interrupted
     * and left alone.
     *
     * @param what
     *            names the call in thread dumps and messages
     * @throws RuntimeFailure
     *             what the call throws, or UNREACHABLE when it is late
     */
    public static <T> T call(String what, Duration limit, Callable<T> call)
            throws RuntimeFailure, InterruptedException {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = Thread.ofVirtual().name("call-" + what).start(task);
        try {
            return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            thread.interrupt();
            throw new RuntimeFailure(RuntimeFailure.Kind.UNREACHABLE,
                    what + ": no answer within " + limit.toSeconds() + " s",
                    e);
        } catch (InterruptedException e) {
            thread.interrupt();
            throw e;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeFailure failure -> throw failure;
                case InterruptedException interrupted -> throw interrupted;
                case RuntimeException bug -> throw bug;
                case Error error -> throw error;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        }
    }
}
