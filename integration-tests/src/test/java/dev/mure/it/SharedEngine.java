package dev.mure.it;

import dev.mure.it.docker.DockerEngine;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One container engine for all tests of a class, which are skipped where there can't be one, unless it is required. */
final class SharedEngine implements ExecutionCondition, BeforeAllCallback, AfterAllCallback {

    private static final Logger log = LoggerFactory.getLogger(SharedEngine.class);

    private @Nullable DockerEngine engine;

    DockerEngine get() {
        return Objects.requireNonNull(engine);
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<String> missing = DockerEngine.missing();
        if (missing.isEmpty() || DockerEngine.isRequired() || context.getTestMethod().isPresent()) {
            return ConditionEvaluationResult.enabled("an engine can be had, or has to be");
        }
        log.warn("{} is skipped: {}", context.getDisplayName(), missing.get());
        return ConditionEvaluationResult.disabled(missing.get());
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        engine = DockerEngine.start();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (engine != null) {
            engine.close();
        }
    }
}
