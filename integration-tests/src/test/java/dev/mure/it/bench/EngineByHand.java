package dev.mure.it.bench;

import dev.mure.it.docker.EngineApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What an operator would do without Mure: stop a container, create and start the next, for one after the other. */
final class EngineByHand {

    private final EngineApi engine;

    EngineByHand(EngineApi engine) {
        this.engine = engine;
    }

    /** Starts containers of the old image, then measures how long it takes to replace them all. */
    Duration replace(String oldImage, String newImage, int count) {
        List<String> old = new ArrayList<>();
        List<String> replaced = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            old.add(engine.create(oldImage));
            engine.start(old.getLast());
        }
        long started = System.nanoTime();
        for (String container : old) {
            engine.stop(container);
            replaced.add(engine.create(newImage));
            engine.start(replaced.getLast());
        }
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        old.forEach(engine::remove);
        replaced.forEach(engine::remove);
        return took;
    }
}
