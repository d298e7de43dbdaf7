package dev.mure.it.cluster;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Images for the process runtime, in a folder. By name:
 * <ul>
 * <li>{@code redis:3.0.6}, {@code redis:3.0.7}: run until they are told to stop, and stop at once;
 * <li>{@code redis:bad}: ends with code 1 at once, until {@link Steering#repairBadImage};
 * <li>{@code steered:1}, {@code steered:2}: do what a {@link Steering} says.
 * </ul>
 */
final class ProcessImages {

    private static final String BAD = "if ! [ -e \"$STEERING/repaired\" ]; then echo 'bad configuration'; exit 1; fi; ";
    private static final String SERVE = "trap 'kill $!; exit 0' TERM INT; sleep 100000 & wait";

    /**
     * Ends with the code that a file {@code end.TASK} holds. When told to stop it writes {@code stopping.TASK} and ends once
     * there is no file {@code hold} any more.
     */
    private static final String STEERED = """
            cd "$STEERING" || exit 99
            trap 'stopping=1; : >"stopping.$MURE_TASK_ID"' TERM
            stopping=
            while :; do
                if [ -n "$stopping" ] && ! [ -e hold ]; then exit 0; fi
                if read -r code 2>/dev/null <"end.$MURE_TASK_ID"; then exit "$code"; fi
                sleep 0.05
            done
            """;

    private ProcessImages() {}

    static void write(Path images, Path steering) {
        image(images, "redis/3.0.6", SERVE, List.of());
        image(images, "redis/3.0.7", SERVE, List.of());
        image(images, "redis/bad", BAD + SERVE, List.of("STEERING=" + steering));
        image(images, "steered/1", STEERED, List.of("STEERING=" + steering));
        image(images, "steered/2", STEERED, List.of("STEERING=" + steering));
    }

    private static void image(Path images, String name, String script, List<String> environment) {
        try {
            Path folder = Files.createDirectories(images.resolve(name));
            Files.writeString(folder.resolve("image.json"), new Gson().toJson(Map.of(
                    "Entrypoint", List.of("/bin/sh", "-c"),
                    "Cmd", List.of(script),
                    "Env", environment,
                    "WorkingDir", "",
                    "StopSignal", "SIGTERM")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
