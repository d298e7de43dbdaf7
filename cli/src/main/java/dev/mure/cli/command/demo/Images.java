package dev.mure.cli.command.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Images for the process runtime: folders {@code NAME/TAG} with an {@code image.json}. */
final class Images {
    private Images() {}

    /** Writes {@code web:1} to {@code web:4}, which run until they are stopped, and {@code web:broken}, which ends at once. */
    static void write(Path folder) throws IOException {
        for (int version = 1; version <= 4; version++) {
            write(folder.resolve("web").resolve(Integer.toString(version)),
                    "echo 'web " + version + " is here'; exec sleep 86400");
        }
        write(folder.resolve("web").resolve("broken"), "echo 'web is broken' >&2; exit 1");
    }

    private static void write(Path image, String script) throws IOException {
        Files.createDirectories(image);
        Files.writeString(image.resolve("image.json"), "{\"Entrypoint\": [\"/bin/sh\", \"-c\", \"" + script + "\"]}\n");
    }
}
