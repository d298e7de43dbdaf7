package dev.mure.manager.simulator;

import static org.assertj.core.api.Assertions.fail;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Thousands of random histories. One that fails prints its seed; {@code -Dmure.sim.seed=N} lives it again with a trace that can be
 * read, {@code -Dmure.sim.histories=N} says how many to live.
 */
class SimulationTest {

    private static final int HISTORIES = Integer.getInteger("mure.sim.histories", 2_000);

    private static final long FIRST = Long.getLong("mure.sim.first", 1);

    @Test
    void whateverHappensTheInvariantsHold() {
        Long one = Long.getLong("mure.sim.seed");
        if (one != null) {
            live(one, true);
        } else {
            LongStream.range(FIRST, FIRST + HISTORIES).forEach(seed -> live(seed, false));
        }
    }

    private static void live(long seed, boolean traced) {
        World world = new World(seed, traced);
        try {
            world.live();
        } catch (AssertionError | RuntimeException e) {
            fail("history failed; to read it: -Dmure.sim.seed=" + seed + "\n" + e.getMessage() + "\n" + world.story(),
                    e);
        }
        if (traced) {
            System.out.println(world.story());
        }
    }
}
