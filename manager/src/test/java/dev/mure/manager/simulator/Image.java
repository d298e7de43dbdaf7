package dev.mure.manager.simulator;

import java.util.Random;

/** How the image of a simulated container behaves; part of its name, so that a task's spec says all. */
enum Image {
    GOOD, MISSING, CRASHES, CRASHES_LATER, COMPLETES;

    String tagged(long tag) {
        return name() + ":" + tag;
    }

    static Image of(String reference) {
        return valueOf(reference.substring(0, reference.indexOf(':')));
    }

    static Image any(Random random) {
        return random.nextInt(100) < 60 ? GOOD : values()[random.nextInt(values().length)];
    }

    /** Whether a task of it, once started, runs for ever. */
    boolean stays() {
        return this == GOOD;
    }
}
