package dev.mure.cli.connect;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;

/**
 * Closes a channel at a deadline, which ends a blocking call on it: channels have no timeouts of their own, and a selector
 * costs more start-up time than this thread.
 */
final class Watchdog extends Thread {
    private final SocketChannel channel;
    private volatile long deadlineNanos;
    private volatile boolean off;
    private volatile boolean expired;

    Watchdog(SocketChannel channel, long timeoutNanos) {
        super("mure-deadline");
        this.channel = channel;
        this.deadlineNanos = System.nanoTime() + timeoutNanos;
        setDaemon(true);
    }

    /** A new deadline, counted from now. */
    void restart(long timeoutNanos) {
        deadlineNanos = System.nanoTime() + timeoutNanos;
        LockSupport.unpark(this);
    }

    /** The channel is no longer watched. */
    void switchOff() {
        off = true;
        LockSupport.unpark(this);
    }

    /** Whether the deadline passed, which explains why the channel is closed. */
    boolean expired() {
        return expired;
    }

    @Override
    public void run() {
        while (!off) {
            long left = deadlineNanos - System.nanoTime();
            if (left <= 0) {
                expired = true;
                try {
                    channel.close();
                } catch (IOException e) {
                    // The call that was watched sees the closed channel; how the closing went tells it nothing.
                }
                return;
            }
            LockSupport.parkNanos(left);
        }
    }
}
