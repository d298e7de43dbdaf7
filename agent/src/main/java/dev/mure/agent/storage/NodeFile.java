package dev.mure.agent.storage;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The identity of a data folder, hence of a node: the file {@code node} with the one line {@code id=} and 25 characters of
 * base 36. A manager and an agent that use the same folder are one node; whoever comes first makes the file, and it never
 * changes. It is made by linking a complete file to that name, which fails when it exists.
 */
public final class NodeFile {

    private static final String NAME = "node";
    private static final Pattern TEXT = Pattern.compile("(?m)^id=([0-9a-z]{25})$");
    private static final int RANDOM_BYTES = 17;
    private static final int BASE = 36;
    private static final int LENGTH = 25;

    private NodeFile() {}

    /**
     * The node id of the folder, which is made if need be.
     *
     * @throws IOException
     *             the file can't be read, written or understood; the message says which
     */
    public static String idOf(Path dataFolder) throws IOException {
        Files.createDirectories(dataFolder);
        Path file = dataFolder.resolve(NAME);
        Optional<String> known = read(file);
        if (known.isPresent()) {
            return known.get();
        }
        Path made = DurableFile.write(file, "id=" + newId(new SecureRandom()) + "\n");
        try {
            Files.createLink(file, made);
            DurableFile.sync(dataFolder);
        } catch (FileAlreadyExistsException e) {
            // The other process of this node was faster: its id holds.
        } finally {
            Files.deleteIfExists(made);
        }
        return read(file).orElseThrow(() -> new IOException(file + " vanished"));
    }

    private static Optional<String> read(Path file) throws IOException {
        try {
            Matcher matcher = TEXT.matcher(Files.readString(file));
            if (!matcher.find()) {
                throw new IOException(file + " holds no node id (expected: id= and 25 characters of 0-9, a-z)");
            }
            return Optional.of(matcher.group(1));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** As SwarmKit makes its ids: the high bit is set so that none is shorter, and the digit that it fixes is left out. */
    static String newId(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        bytes[0] |= (byte) 0x80;
        return new BigInteger(1, bytes).toString(BASE).substring(1, LENGTH + 1);
    }
}
