package dev.mure.it.cluster;

import java.nio.file.Path;
import java.util.List;

/** What the agents of a cluster run tasks with. */
public sealed interface AgentRuntime {

    /** Plain processes. */
    record Processes() implements AgentRuntime {
        @Override
        public List<String> flags(Path images) {
            return List.of("--runtime", "process", "--images", images.toString());
        }
    }

    /** An engine. */
    record Docker(Path socket) implements AgentRuntime {
        @Override
        public List<String> flags(Path images) {
            return List.of("--runtime", "docker", "--docker-host", "unix://" + socket);
        }
    }

    /**
     * Flags of {@code mure agent}.
     *
     * @param images
     *            folder with the images for processes
     */
    List<String> flags(Path images);
}
