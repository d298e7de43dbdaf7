package dev.mure.it;

import dev.mure.it.cluster.AgentRuntime;
import dev.mure.it.docker.DockerEngine;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A container engine for the tests of a class where there can be one; elsewhere they run on processes. */
final class OptionalEngine implements BeforeAllCallback, AfterAllCallback {

    private static final Logger log = LoggerFactory.getLogger(OptionalEngine.class);

    private Optional<DockerEngine> engine = Optional.empty();

    AgentRuntime runtime() {
        return engine.<AgentRuntime>map(found -> new AgentRuntime.Docker(found.socket()))
                .orElseGet(AgentRuntime.Processes::new);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Optional<String> missing = DockerEngine.missing();
        if (missing.isEmpty() || DockerEngine.isRequired()) {
            engine = Optional.of(DockerEngine.start());
        } else {
            log.warn("{} runs on processes: {}", context.getDisplayName(), missing.get());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        engine.ifPresent(DockerEngine::close);
    }
}
