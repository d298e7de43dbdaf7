package dev.mure.manager.simulator;

import java.util.Random;

/** How bad the world is. Each history has its own mix, and towards its end it turns good. */
final class Faults {

    private final Random random;
    private final boolean splitting;
    private final int lossPercent;
    private final int crashPercent;
    private final int enginePercent;
    private final int slowness;
    private boolean over;

    Faults(Random random) {
        this.random = random;
        splitting = random.nextInt(3) == 0;
        lossPercent = random.nextBoolean() ? 0 : random.nextInt(30);
        crashPercent = random.nextBoolean() ? 0 : random.nextInt(10);
        enginePercent = random.nextInt(3) > 0 ? 0 : random.nextInt(30);
        slowness = 1 + random.nextInt(10);
    }

    void stop() {
        over = true;
    }

    boolean over() {
        return over;
    }

    boolean splitsPlan() {
        return !over && splitting;
    }

    long commitDelay() {
        return random.nextInt(over ? 3 : 20);
    }

    /** How long a message takes; now and then very long. */
    long messageDelay() {
        return !over && random.nextInt(40) == 0 ? random.nextInt(10_000) : random.nextInt(30);
    }

    boolean losesMessage() {
        return !over && random.nextInt(100) < lossPercent;
    }

    boolean repeatsMessage() {
        return !over && random.nextInt(100) < lossPercent;
    }

    boolean goodTaskCrashes() {
        return !over && random.nextInt(100) < crashPercent;
    }

    /** A container can't be made, for a reason that has to do with neither image nor spec. */
    boolean engineFails() {
        return !over && random.nextInt(100) < enginePercent;
    }

    long prepareTime() {
        return random.nextInt(300 * slowness);
    }

    long startTime() {
        return random.nextInt(100 * slowness);
    }

    long slowStart() {
        return random.nextInt(20_000);
    }

    long stopTime() {
        return random.nextInt(1_200 * slowness);
    }

    long lifeTime() {
        return random.nextInt(15_000);
    }
}
