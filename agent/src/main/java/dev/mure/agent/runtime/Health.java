package dev.mure.agent.runtime;

/** What the health checks say of a task's container. */
public sealed interface Health {

    /** It has no check. */
    record None() implements Health {}

    /** No check has succeeded yet, and not enough have failed. */
    record Starting() implements Health {}

    /** The last check succeeded, or not enough have failed since. */
    record Healthy() implements Health {}

    /**
     * As many checks in a row have failed as are allowed.
     *
     * @param output
     *            what the last one said, as {@link OutputText#oneLine} makes it; empty if nothing
     */
    record Unhealthy(String output) implements Health {

        public Unhealthy {
            output = OutputText.oneLine(output);
        }
    }
}
