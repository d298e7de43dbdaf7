package dev.mure.manager.api;

import dev.mure.v1.ReportRequest;
import dev.mure.v1.ReportResponse;
import io.grpc.StatusException;
import java.time.Duration;

/** Tells the leader what this manager saw of its agents. */
public interface Reports {

    /**
     * Answered after the commit.
     *
     * @throws StatusException UNAVAILABLE, UNKNOWN or DEADLINE_EXCEEDED: send it again, it does no harm twice; anything else: it
     *         will never be granted
     */
    ReportResponse report(ReportRequest request, Duration timeout) throws StatusException, InterruptedException;
}
