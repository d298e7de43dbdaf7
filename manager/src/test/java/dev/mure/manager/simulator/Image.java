package dev.mure.manager.simulator;

import java.util.Random;

/** How the image of a simulated container behaves; part of its name, so that a task's spec says all. */
enum Image {
    /** Runs for ever, apart from the faults of the world. */
    GOOD,
    /** Runs for ever, but takes its time to start. */
    SLOW,
    /** The registry does not have it. */
    MISSING,
    /** Fails when it is started. */
    CRASHES,
    /** Fails some time after it was started. */
    CRASHES_LATER,
    /** Sometimes fails at once, sometimes later, sometimes not at all. */
    FLAPS,
    /** Is started and never gets healthy. */
    NEVER_HEALTHY,
    /** Can't be prepared on some nodes through no fault of its own; runs for ever on the others. */
    PICKY,
    /** Ends by itself with exit code 0. */
    COMPLETES;

    String tagged(long tag) {
        return name() + ":" + tag;
    }

    static Image of(String reference) {
        return valueOf(reference.substring(0, reference.indexOf(':')));
    }

    static Image any(Random random) {
        return random.nextInt(100) < 50 ? GOOD : values()[random.nextInt(values().length)];
    }

    /** Whether a task of it, once it could be started, runs for ever. */
    boolean stays() {
        return this == GOOD || this == SLOW;
    }

    /** Whether a node has what it needs; differs from tag to tag. */
    static boolean fits(String reference, String nodeId) {
        return of(reference) != PICKY || (reference + nodeId).hashCode() % 2 == 0;
    }
}
