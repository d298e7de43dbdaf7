package dev.mure.cli.progress;

import dev.mure.cli.connect.Code;
import dev.mure.cli.connect.ControlClient;
import dev.mure.cli.connect.ControlException;
import dev.mure.cli.connect.MessageStream;
import dev.mure.cli.process.CommandFailure;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.process.TimeSource;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.WatchServiceRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * News from a manager's stream. When the stream breaks, the next manager is asked for one, from a state that is not older than
 * the last that was seen: a killed leader is not noticed. A thread of its own reads.
 */
public final class WatchedService implements ProgressSource {
    /** A stream that is silent for longer is opened anew; the first message of a stream comes at once. */
    private static final Duration SILENCE = Duration.ofSeconds(15);
    /** Without any manager for longer, there is no more hope. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final ControlClient client;
    private final String service;
    private final TimeSource time;
    private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(16);
    private final Thread reader;
    private volatile @Nullable MessageStream<ServiceProgress> current;
    private volatile boolean closed;
    private long minIndex;

    /**
     * Begins to watch.
     *
     * @param service id of the service
     * @param minIndex state index of the write whose effect is watched
     */
    public WatchedService(ControlClient client, String service, long minIndex, TimeSource time) {
        this.client = client;
        this.service = service;
        this.minIndex = minIndex;
        this.time = time;
        this.reader = new Thread(this::read, "mure-watch");
        reader.setDaemon(true);
        reader.start();
    }

    @Override
    public Event next(Duration timeout) {
        try {
            Event event = events.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
            return event == null ? new Nothing() : event;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Failed(new CommandFailure(ExitCode.INTERRUPTED, "interrupted"));
        }
    }

    @Override
    public void close() {
        closed = true;
        reader.interrupt();
        MessageStream<ServiceProgress> stream = current;
        if (stream != null) {
            stream.close();
        }
    }

    private void read() {
        int tries = 0;
        long lostSince = time.nanoTime();
        while (!closed) {
            try {
                Event end = readStream(tries);
                if (end != null) {
                    events.put(end);
                    return;
                }
            } catch (StreamBroke e) {
                if (e.hadMessages) {
                    tries = 0;
                    lostSince = time.nanoTime();
                }
                tries++;
                try {
                    if (time.nanoTime() - lostSince > PATIENCE.toNanos()) {
                        events.put(new Failed(new CommandFailure(ExitCode.UNREACHABLE,
                                "lost contact with the managers at " + client.addresses() + " (" + e.getMessage()
                                        + ")")));
                        return;
                    }
                    time.pause(Duration.ofMillis(Math.min(PAUSE.toMillis() * tries, LONGEST_PAUSE.toMillis())));
                } catch (InterruptedException interrupted) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Reads one stream; returns the last event, or null when another stream may tell more. */
    private @Nullable Event readStream(int tries) throws StreamBroke, InterruptedException {
        boolean hadMessages = false;
        WatchServiceRequest request =
                WatchServiceRequest.newBuilder().setService(service).setMinIndex(minIndex).build();
        try (MessageStream<ServiceProgress> stream = client.watchService(request, tries)) {
            current = stream;
            while (true) {
                ServiceProgress progress = stream.next(SILENCE);
                if (progress == null) {
                    // Ended well: the service is gone, or this manager goes. Asking again tells which.
                    throw new StreamBroke("the stream ended", hadMessages);
                }
                hadMessages = true;
                minIndex = Math.max(minIndex, progress.getIndex());
                events.put(new Changed(progress));
            }
        } catch (IOException e) {
            throw new StreamBroke(String.valueOf(e.getMessage()), hadMessages);
        } catch (ControlException e) {
            return e.code() == Code.NOT_FOUND ? new Removed() : new Failed(e);
        } finally {
            current = null;
        }
    }

    private static final class StreamBroke extends Exception {
        private final boolean hadMessages;

        StreamBroke(String message, boolean hadMessages) {
            super(message, null, false, false);
            this.hadMessages = hadMessages;
        }
    }
}
