package dev.mure.agent.runtime.process;

import com.google.protobuf.Duration;
import dev.mure.agent.runtime.RuntimeFailure;
import dev.mure.v1.HealthConfig;
import java.util.List;

/**
 * How a task's health is checked; as in Docker where nothing else is said.
 *
 * @param test
 *            program and arguments; empty for no check
 * @param interval
 *            between two checks, in nanoseconds as all times here
 * @param retries
 *            failures in a row that make it unhealthy
 * @param startPeriod
 *            after the start; failures in it don't count until a check has succeeded
 * @param startInterval
 *            between two checks in the start period
 */
record HealthCheck(List<String> test, long interval, long timeout, int retries, long startPeriod, long startInterval) {

    static final HealthCheck NONE = new HealthCheck(List.of(), 0, 0, 0, 0, 0);

    private static final long DEFAULT_INTERVAL = 30_000_000_000L;
    private static final long DEFAULT_TIMEOUT = 30_000_000_000L;
    private static final long DEFAULT_START_INTERVAL = 5_000_000_000L;
    private static final int DEFAULT_RETRIES = 3;

    /**
     * The image's check with what the spec says instead.
     *
     * @throws RuntimeFailure
     *             APPLICATION or IMAGE, whose the test is, when that is none
     */
    static HealthCheck of(HealthConfig spec, ImageConfig.Healthcheck image) throws RuntimeFailure {
        List<String> test = spec.getTestCount() > 0
                ? command(spec.getTestList(), RuntimeFailure.Kind.APPLICATION)
                : command(image.test(), RuntimeFailure.Kind.IMAGE);
        if (test.isEmpty()) {
            return NONE;
        }
        return new HealthCheck(test, first(nanos(spec.getInterval()), image.interval(), DEFAULT_INTERVAL),
                first(nanos(spec.getTimeout()), image.timeout(), DEFAULT_TIMEOUT),
                Math.toIntExact(first(spec.getRetries(), image.retries(), DEFAULT_RETRIES)),
                first(nanos(spec.getStartPeriod()), image.startPeriod(), 0),
                first(nanos(spec.getStartInterval()), image.startInterval(), DEFAULT_START_INTERVAL));
    }

    boolean isNone() {
        return test.isEmpty();
    }

    private static List<String> command(List<String> test, RuntimeFailure.Kind whose) throws RuntimeFailure {
        String kind = test.isEmpty() ? "NONE" : test.getFirst();
        List<String> rest = test.isEmpty() ? List.of() : test.subList(1, test.size());
        if (kind.equals("NONE")) {
            return List.of();
        }
        if (kind.equals("CMD") && !rest.isEmpty()) {
            return List.copyOf(rest);
        }
        if (kind.equals("CMD-SHELL") && rest.size() == 1) {
            return List.of("/bin/sh", "-c", rest.getFirst());
        }
        throw new RuntimeFailure(whose, "Invalid health check " + test
                + " (expected: NONE, CMD and a command, or CMD-SHELL and one line)");
    }

    private static long first(long spec, long image, long otherwise) {
        return spec > 0 ? spec : image > 0 ? image : otherwise;
    }

    private static long nanos(Duration duration) {
        return java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos()).toNanos();
    }
}
