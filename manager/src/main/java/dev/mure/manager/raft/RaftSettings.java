package dev.mure.manager.raft;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a member is set up.
 *
 * @param dataDir the manager's data folder; the member keeps {@code raft/} and {@code raft-identity} in it
 * @param bindHost address to listen on; empty for all
 * @param port port to listen on
 * @param advertisedAddress {@code HOST:PORT} under which the other members reach this one; can't change while it is a member
 * @param electionTimeoutMin a follower that hears nothing for a random time between the two stands for election; the leader sends
 *        a heartbeat at half of the shorter one
 * @param electionTimeoutMax also how long a leader leads without hearing from a majority
 * @param commitTimeout a proposal without an answer for so long ends the term
 * @param snapshots when snapshots are written
 */
public record RaftSettings(Path dataDir, String bindHost, int port, String advertisedAddress,
        Duration electionTimeoutMin,
        Duration electionTimeoutMax, Duration commitTimeout, SnapshotPolicy snapshots) {

    public RaftSettings {
        dataDir = dataDir.toAbsolutePath().normalize();
        if (electionTimeoutMin.toMillis() < 10 || electionTimeoutMax.compareTo(electionTimeoutMin) <= 0) {
            throw new IllegalArgumentException(
                    "election timeouts must be at least 10 ms and the second longer than the first: "
                            + electionTimeoutMin + ", " + electionTimeoutMax);
        }
        if (commitTimeout.compareTo(electionTimeoutMax) < 0) {
            throw new IllegalArgumentException("the commit timeout must not be shorter than the election timeout");
        }
    }

    /** Election timeout 150 to 300 ms, commit timeout 5 s, {@link SnapshotPolicy#DEFAULT}. */
    public static RaftSettings of(Path dataDir, String bindHost, int port, String advertisedAddress) {
        return new RaftSettings(dataDir, bindHost, port, advertisedAddress, Duration.ofMillis(150),
                Duration.ofMillis(300),
                Duration.ofSeconds(5), SnapshotPolicy.DEFAULT);
    }

    public RaftSettings withElectionTimeout(Duration min, Duration max) {
        return new RaftSettings(dataDir, bindHost, port, advertisedAddress, min, max, commitTimeout, snapshots);
    }

    public RaftSettings withCommitTimeout(Duration timeout) {
        return new RaftSettings(dataDir, bindHost, port, advertisedAddress, electionTimeoutMin, electionTimeoutMax,
                timeout,
                snapshots);
    }

    public RaftSettings withSnapshots(SnapshotPolicy policy) {
        return new RaftSettings(dataDir, bindHost, port, advertisedAddress, electionTimeoutMin, electionTimeoutMax,
                commitTimeout,
                policy);
    }

    /** Where Ratis keeps log, votes and snapshots. */
    Path raftDir() {
        return dataDir.resolve("raft");
    }
}
