package dev.mure.cli.progress;

import dev.mure.cli.process.CommandFailure;
import dev.mure.v1.ServiceProgress;
import java.time.Duration;

/** Where news of a service comes from. */
public interface ProgressSource extends AutoCloseable {

    /** What happened. */
    sealed interface Event {}

    /** The service changed, or is told for the first time. */
    record Changed(ServiceProgress progress) implements Event {}

    /** The service is gone. The last event. */
    record Removed() implements Event {}

    /** No more can be learnt. The last event. */
    record Failed(CommandFailure failure) implements Event {}

    /** Nothing happened in the time given. */
    record Nothing() implements Event {}

    /** Waits for the next event. */
    Event next(Duration timeout);

    @Override
    void close();
}
