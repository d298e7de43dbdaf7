package dev.mure.agent.runtime.process;

import dev.mure.agent.runtime.Health;

/**
 * What the checks of a task so far mean. Immutable; the rules are Docker's.
 *
 * @param failures
 *            in a row, those that don't count left out
 */
record HealthProgress(Health health, int failures) {

    /** Of a task that was not checked yet. */
    static HealthProgress begun() {
        return new HealthProgress(new Health.Starting(), 0);
    }

    /**
     * After one more check.
     *
     * @param age
     *            nanoseconds from the task's start to the check's
     */
    HealthProgress after(CheckResult result, long age, HealthCheck check) {
        if (result.succeeded()) {
            return new HealthProgress(new Health.Healthy(), 0);
        }
        if (isStartingUp(age, check)) {
            return this;
        }
        int more = failures + 1;
        return new HealthProgress(more >= check.retries() ? new Health.Unhealthy(result.output()) : health, more);
    }

    /** Nanoseconds from the end of a check, or from the start, to the next check. */
    long pause(long age, HealthCheck check) {
        return isStartingUp(age, check) ? check.startInterval() : check.interval();
    }

    private boolean isStartingUp(long age, HealthCheck check) {
        return health instanceof Health.Starting && age < check.startPeriod();
    }
}
