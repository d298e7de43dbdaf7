package dev.mure.manager.simulator;

import java.util.function.Supplier;

/** What happened, line by line, when somebody wants to read it. */
final class Trace {

    private final StringBuilder lines = new StringBuilder();
    private final boolean on;
    private final Timeline timeline;

    Trace(boolean on, Timeline timeline) {
        this.on = on;
        this.timeline = timeline;
    }

    void say(Supplier<String> line) {
        if (on) {
            lines.append("%9d ".formatted(timeline.now())).append(line.get()).append('\n');
        }
    }

    @Override
    public String toString() {
        return lines.toString();
    }
}
