package dev.mure.it.docker;

import com.google.protobuf.ByteString;
import dev.mure.it.cluster.TestFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes {@code redis:3.0.6}, {@code redis:3.0.7} and {@code redis:bad} from the machine's own {@code redis-server} and its
 * libraries, since no registry is asked. The tags are those of the tutorial and say nothing about the program's version.
 */
final class RedisImages {

    private static final Pattern LIBRARY = Pattern.compile("(/[^ ]+) \\(0x");
    private static final String PROGRAM = "/usr/bin/redis-server";

    private RedisImages() {}

    /** The program to make images from; empty when it is not installed. */
    static Optional<Path> program() {
        return Optional.of(Path.of(PROGRAM)).filter(Files::isExecutable);
    }

    /** Makes those that the engine does not have. */
    static void make(EngineApi engine) {
        List<String> serve = List.of(PROGRAM, "--save", "", "--loglevel", "warning");
        image(engine, "3.0.6", serve);
        image(engine, "3.0.7", serve);
        // An argument that it does not know makes it end with code 1.
        image(engine, "bad", List.of(PROGRAM, "--no-such-setting", "1"));
    }

    private static void image(EngineApi engine, String tag, List<String> command) {
        if (!engine.hasImage("redis:" + tag)) {
            engine.importImage("redis", tag, archive(tag), command);
        }
    }

    private static ByteString archive(String tag) {
        try (TestFolder folder = TestFolder.create()) {
            Path root = folder.folder("root");
            copy(Path.of(PROGRAM), root);
            for (Path library : libraries()) {
                copy(library, root);
            }
            // Makes the images differ, as those of two versions do.
            Files.writeString(root.resolve("tag"), tag);
            Files.createDirectories(root.resolve("tmp"));
            return run(List.of("tar", "-C", root.toString(), "-cf", "-", "."));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The loader among them. */
    private static List<Path> libraries() throws IOException {
        try (Stream<String> lines = run(List.of("ldd", PROGRAM)).toStringUtf8().lines()) {
            return lines.map(LIBRARY::matcher).filter(Matcher::find).map(found -> Path.of(found.group(1))).toList();
        }
    }

    private static void copy(Path file, Path root) throws IOException {
        Path target = root.resolve(Path.of("/").relativize(file));
        Files.createDirectories(target.getParent());
        Files.copy(file.toRealPath(), target);
    }

    private static ByteString run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        ByteString output = ByteString.readFrom(process.getInputStream());
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return output;
    }
}
