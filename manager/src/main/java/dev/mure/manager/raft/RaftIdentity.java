package dev.mure.manager.raft;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;

/**
 * Who this member is, for as long as its data folder lives. A folder that was wiped makes a new member with a new peer id: one that
 * forgot its votes must not come back under the old one.
 *
 * @param clusterId the cluster
 * @param groupId Raft's name of the cluster
 * @param peerId {@code <node id>-<incarnation>}, never used again
 */
public record RaftIdentity(String clusterId, UUID groupId, String peerId) {

    private static final String FILE = "raft-identity";
    /** Written before the log is made, deleted after the identity is written. */
    private static final String FORMING = "raft-identity.forming";

    /** An identity for a new member. */
    static RaftIdentity fresh(String clusterId, UUID groupId, String nodeId) {
        long incarnation = new SecureRandom().nextLong() & Long.MAX_VALUE;
        return new RaftIdentity(clusterId, groupId, nodeId + "-" + Long.toString(incarnation, 36));
    }

    /**
     * The identity in a data folder; empty if the folder belongs to no cluster yet.
     *
     * @throws RaftStartException if it can't be read, or if identity and log are not both there
     */
    public static Optional<RaftIdentity> load(RaftSettings settings) throws RaftStartException {
        Path file = settings.dataDir().resolve(FILE);
        try {
            if (!Files.exists(file)) {
                requireNoLog(settings);
                return Optional.empty();
            }
            RaftIdentity identity = parse(file, Files.readString(file));
            Path vote = identity.groupDir(settings).resolve("current").resolve("raft-meta");
            if (!Files.exists(vote)) {
                throw new RaftStartException(file + " says that this manager is " + identity.peerId() + ", but " + vote
                        + " is missing: bring " + settings.raftDir() + " back, or empty " + settings.dataDir()
                        + " and join as a new manager");
            }
            return Optional.of(identity);
        } catch (IOException e) {
            throw new RaftStartException("can't read " + file + ": " + e, e);
        }
    }

    /** A log that was never said to be ready holds nothing that anybody was promised. */
    private static void requireNoLog(RaftSettings settings) throws RaftStartException, IOException {
        if (Files.exists(settings.dataDir().resolve(FORMING))) {
            DurableFiles.deleteTree(settings.raftDir());
        } else if (!DurableFiles.list(settings.raftDir()).isEmpty()) {
            throw new RaftStartException(settings.raftDir() + " holds a log, but " + settings.dataDir().resolve(FILE)
                    + " is missing: bring it back, or empty " + settings.dataDir() + " and join as a new manager");
        }
    }

    /** Says that a log is being made: if this is the last that happens, the next start begins anew. */
    static void begin(RaftSettings settings) throws IOException {
        Files.createDirectories(settings.dataDir());
        DurableFiles.write(settings.dataDir().resolve(FORMING), new byte[0]);
        Files.createDirectories(settings.raftDir());
    }

    /** Writes the identity, after the log is on disk. */
    void commit(RaftSettings settings) throws IOException {
        DurableFiles.force(groupDir(settings).resolve("current"));
        DurableFiles.force(groupDir(settings));
        DurableFiles.force(settings.raftDir());
        String content = """
                cluster=%s
                group=%s
                peer=%s
                """.formatted(clusterId, groupId, peerId);
        DurableFiles.write(settings.dataDir().resolve(FILE), content.getBytes(StandardCharsets.UTF_8));
        Files.deleteIfExists(settings.dataDir().resolve(FORMING));
    }

    /**
     * Makes the folder one that belongs to no cluster, after the member was closed: what it held is kept beside under another name,
     * for whoever needs it.
     *
     * @return where it is kept
     */
    public Path retire(RaftSettings settings) throws IOException {
        Path kept = settings.dataDir().resolve("raft-left-" + peerId);
        DurableFiles.deleteTree(kept);
        Files.createDirectories(kept);
        // The identity first: a log without one is not taken for a member.
        Files.move(settings.dataDir().resolve(FILE), kept.resolve(FILE));
        Files.move(settings.raftDir(), kept.resolve("raft"));
        DurableFiles.force(settings.dataDir());
        return kept;
    }

    Path groupDir(RaftSettings settings) {
        return settings.raftDir().resolve(groupId.toString());
    }

    private static RaftIdentity parse(Path file, String content) throws RaftStartException, IOException {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(content));
            return new RaftIdentity(value(file, properties, "cluster"),
                    UUID.fromString(value(file, properties, "group")),
                    value(file, properties, "peer"));
        } catch (IllegalArgumentException e) {
            throw new RaftStartException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    private static String value(Path file, Properties properties, String key) throws RaftStartException {
        String value = properties.getProperty(key);
        if (value == null || value.isBlank()) {
            throw new RaftStartException(file + " is damaged: no " + key + " in it");
        }
        return value;
    }
}
