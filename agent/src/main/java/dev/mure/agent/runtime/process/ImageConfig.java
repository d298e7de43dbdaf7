package dev.mure.agent.runtime.process;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.annotations.SerializedName;
import dev.mure.agent.runtime.RuntimeFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an image folder's `image.json` says: the fields of an OCI image config and Docker's `Healthcheck`, at the top or below
 * `config`.
 *
 * @param folder
 *            the image's folder, absolute
 * @param env
 *            `KEY=value`
 * @param workingDir
 *            relative to the folder unless absolute; empty for the folder itself
 * @param stopSignal
 *            empty for SIGTERM
 */
record ImageConfig(Path folder, List<String> entrypoint, List<String> cmd, List<String> env, String workingDir,
        String stopSignal, Healthcheck healthcheck) {

    private static final String FILE = "image.json";
    private static final int MAX_BYTES = 1 << 20;

    static ImageConfig load(Path images, String reference) throws RuntimeFailure {
        Path folder = ImageReference.parse(reference).in(images).toAbsolutePath().normalize();
        Path file = folder.resolve(FILE);
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw broken(reference, file, "is larger than " + MAX_BYTES + " bytes");
            }
            return parse(folder, Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new RuntimeFailure(RuntimeFailure.Kind.IMAGE, "No such image: " + reference, e);
        } catch (IOException e) {
            throw broken(reference, file, "can't be read: " + e.getMessage());
        } catch (JsonParseException | IllegalStateException e) {
            throw broken(reference, file, "is not an OCI image config: " + e.getMessage());
        }
    }

    private static ImageConfig parse(Path folder, String json) {
        JsonObject top = JsonParser.parseString(json).getAsJsonObject();
        JsonElement below = top.get("config");
        Fields fields = new Gson().fromJson(below != null && below.isJsonObject() ? below : top, Fields.class);
        return new ImageConfig(folder, orEmpty(fields.entrypoint), orEmpty(fields.cmd), orEmpty(fields.env),
                orEmpty(fields.workingDir), orEmpty(fields.stopSignal),
                fields.healthcheck == null ? Healthcheck.NONE : fields.healthcheck);
    }

    private static RuntimeFailure broken(String reference, Path file, String what) {
        return new RuntimeFailure(RuntimeFailure.Kind.IMAGE, "image " + reference + ": " + file + " " + what);
    }

    private static List<String> orEmpty(@Nullable List<String> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private record Fields(@SerializedName("Entrypoint") @Nullable List<String> entrypoint,
            @SerializedName("Cmd") @Nullable List<String> cmd, @SerializedName("Env") @Nullable List<String> env,
            @SerializedName("WorkingDir") @Nullable String workingDir,
            @SerializedName("StopSignal") @Nullable String stopSignal,
            @SerializedName("Healthcheck") @Nullable Healthcheck healthcheck) {}

    /**
     * The image's own check.
     *
     * @param test
     *            as in Docker's image config, empty if there is none
     * @param interval
     *            in nanoseconds as all times here; 0 where nothing is said
     */
    record Healthcheck(@SerializedName("Test") List<String> test, @SerializedName("Interval") long interval,
            @SerializedName("Timeout") long timeout, @SerializedName("Retries") int retries,
            @SerializedName("StartPeriod") long startPeriod, @SerializedName("StartInterval") long startInterval) {

        static final Healthcheck NONE = new Healthcheck(List.of(), 0, 0, 0, 0, 0);

        Healthcheck(@Nullable List<String> test, long interval, long timeout, int retries, long startPeriod,
                long startInterval) {
            this.test = orEmpty(test);
            this.interval = interval;
            this.timeout = timeout;
            this.retries = retries;
            this.startPeriod = startPeriod;
            this.startInterval = startInterval;
        }
    }
}
