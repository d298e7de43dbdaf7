package dev.mure.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The data folder that makes a node: whoever comes first, manager or agent, writes the node's id; processes that name the same folder
 * are the same node.
 *
 * <p>Layout: {@code node} (one line, {@code id=…}), {@code manager.lock} and {@code agent.lock} (held while such a process runs), the
 * rest belongs to manager and agent.
 */
public final class DataFolder {

    private static final String ID_PREFIX = "id=";

    private final Path path;

    private DataFolder(Path path) {
        this.path = path;
    }

    /** Opens the folder, making it (for its owner only) if it is not there. */
    public static DataFolder open(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectories(path,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return new DataFolder(path.toAbsolutePath().normalize());
    }

    /**
     * Where a node lives when nobody says otherwise: {@code MURE_DATA_DIR}, else {@code /var/lib/mure} for root, else
     * {@code mure} in the user's data folder of the XDG base directory specification.
     */
    public static Path defaultPath(Map<String, String> environment, String user, Path home) {
        Optional<Path> named =
                Optional.ofNullable(environment.get("MURE_DATA_DIR")).filter(dir -> !dir.isEmpty()).map(Path::of);
        if (named.isPresent()) {
            return named.get();
        }
        if (user.equals("root")) {
            return Path.of("/var/lib/mure");
        }
        return Optional.ofNullable(environment.get("XDG_DATA_HOME"))
                .filter(dir -> !dir.isEmpty())
                .map(Path::of)
                .orElse(home.resolve(".local/share"))
                .resolve("mure");
    }

    /** The default path of the user that runs this process. */
    public static Path defaultPath() {
        return defaultPath(System.getenv(), System.getProperty("user.name", ""),
                Path.of(System.getProperty("user.home", "/")));
    }

    public Path path() {
        return path;
    }

    /** A file or folder in it. */
    public Path resolve(String name) {
        return path.resolve(name);
    }

    /**
     * The node's id, made up at the first call ever.
     *
     * @throws IOException if the folder can't be written, or the file holds no id
     */
    public String nodeId(RandomGenerator source) throws IOException {
        Path file = path.resolve("node");
        if (!Files.exists(file)) {
            DurableFile.createIfAbsent(file, ID_PREFIX + RandomId.next(source) + "\n");
        }
        String content = Files.readString(file).strip();
        String id = content.startsWith(ID_PREFIX) ? content.substring(ID_PREFIX.length()) : "";
        if (!RandomId.isId(id)) {
            throw new IOException(file + " holds no node id (expected id= and " + RandomId.LENGTH
                    + " characters): restore it, or use another data folder");
        }
        return id;
    }

    /**
     * Claims a part in the folder until the process ends or the lock is closed.
     *
     * @param part {@code manager} or {@code agent}
     * @return empty if another process holds it
     */
    public Optional<FileLock> lock(String part) throws IOException {
        FileChannel channel =
                FileChannel.open(path.resolve(part + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        Optional<FileLock> lock = tryLock(channel);
        if (lock.isEmpty()) {
            channel.close();
        }
        return lock;
    }

    private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        }
    }
}
