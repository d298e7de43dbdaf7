package dev.mure.it.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The built distribution. Where it is: system property {@code mure.dist}, else the folder that the module cli lays out.
 *
 * @param launcher
 *            {@code bin/mure}
 * @param caches
 *            folder for the AOT caches, kept from run to run
 */
public record Distribution(Path launcher, Path caches) {

    private static final long TRAINING_LIMIT_SECONDS = 180;

    /** The distribution of this build, its AOT caches made. */
    public static Distribution ofThisBuild() {
        return Prepared.DISTRIBUTION;
    }

    /** Environment that every process of the distribution gets. */
    Map<String, String> environment() {
        // Without `off` the launcher might train a cache in the background, which would outlive a test.
        return Map.of("XDG_CACHE_HOME", caches.toString(), "MURE_AOT", "off");
    }

    /** Once per JVM, since it takes seconds. */
    private static final class Prepared {
        static final Distribution DISTRIBUTION = prepare();

        private static Distribution prepare() {
            Path folder = Path.of(System.getProperty("mure.dist", "../cli/target/mure")).toAbsolutePath().normalize();
            Path launcher = folder.resolve("bin/mure");
            if (!Files.isExecutable(launcher)) {
                throw new AssertionError(launcher + " is missing: build the distribution with `mvn package`");
            }
            Distribution distribution =
                    new Distribution(launcher, Path.of("target", "aot").toAbsolutePath().normalize());
            distribution.train();
            return distribution;
        }
    }

    private void train() {
        try {
            ProcessBuilder builder = new ProcessBuilder(List.of(launcher.toString(), "aot-cache"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().putAll(environment());
            Process process = builder.start();
            if (!process.waitFor(TRAINING_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("mure aot-cache did not end within " + TRAINING_LIMIT_SECONDS + " s");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
