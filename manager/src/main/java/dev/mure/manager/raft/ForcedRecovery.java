package dev.mure.manager.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * Makes a cluster of one out of a member whose cluster has lost its majority for good, with the state that it has. What others
 * acknowledged and this member never got is lost, so the member with the newest entry is the one to take; the operator has to compare.
 * The other members must not come back: together they would still be a majority of the old cluster.
 *
 * <p>Works on the folder of a manager that does not run.
 */
public final class ForcedRecovery {

    private static final String MARK = "raft-recovered";
    private static final Duration LOOK_FOR_LEADER = Duration.ofSeconds(3);
    private static final Duration TAKE_OVER = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(20);

    /**
     * What a member has.
     *
     * @param lastTerm term of its newest entry; of two members the one with the higher term, then the higher index has more
     * @param lastIndex log index of its newest entry
     * @param stateIndex state index of what it had applied when it was last told how far the log is committed
     * @param voters who votes
     */
    public record Survivor(RaftIdentity identity, long lastTerm, long lastIndex, long stateIndex, List<Voter> voters) {
        public Survivor {
            voters = List.copyOf(voters);
        }
    }

    private ForcedRecovery() {}

    /**
     * Looks what a member has. It takes part in its cluster for a moment.
     *
     * @throws RaftStartException if it can't start, or if a leader is there, so that nothing is to be recovered
     */
    public static Survivor look(RaftSettings settings, PeerTls tls) throws RaftStartException, InterruptedException {
        return look(settings, Environment.real(tls));
    }

    static Survivor look(RaftSettings settings, Environment environment)
            throws RaftStartException, InterruptedException {
        try (RaftMember member = RaftMember.restart(settings, environment)) {
            requireNoLeader(member);
            TermIndex last = member.lastEntry().orElse(TermIndex.INITIAL_VALUE);
            return new Survivor(member.identity(), last.getTerm(), last.getIndex(), member.feed().current().index(),
                    member.voters().stream().sorted(Comparator.comparing(Voter::peerId)).toList());
        }
    }

    private static void requireNoLeader(RaftMember member) throws RaftStartException, InterruptedException {
        long end = System.nanoTime() + LOOK_FOR_LEADER.toNanos();
        while (System.nanoTime() < end) {
            Optional<String> leader = member.leaderPeerId();
            if (member.died().isDone()) {
                throw new RaftStartException(member.died().join().message());
            }
            if (leader.isPresent()) {
                throw new RaftStartException(leader.get() + " leads the cluster: there is nothing to recover");
            }
            Thread.sleep(POLL);
        }
    }

    /**
     * Makes the member the only one. Returns when it has led once.
     *
     * @return what the cluster was made of
     * @throws RaftStartException as {@link #look}, or if the folder can't be written
     */
    public static Survivor forceNewCluster(RaftSettings settings, PeerTls tls)
            throws RaftStartException, InterruptedException {
        return forceNewCluster(settings, Environment.real(tls));
    }

    static Survivor forceNewCluster(RaftSettings settings, Environment environment)
            throws RaftStartException, InterruptedException {
        Survivor survivor = look(settings, environment);
        try {
            DurableFiles.write(settings.dataDir().resolve(MARK), new byte[0]);
            Path configuration = survivor.identity().groupDir(settings).resolve("current").resolve("raft-meta.conf");
            DurableFiles.write(configuration, alone(settings, survivor).toByteArray());
        } catch (IOException e) {
            throw new RaftStartException("can't write to " + settings.dataDir() + ": " + e.getMessage(), e);
        }
        try (RaftMember member = RaftMember.restart(settings, environment)) {
            long end = System.nanoTime() + TAKE_OVER.toNanos();
            while (member.openTerm().isEmpty()) {
                if (System.nanoTime() > end) {
                    throw new RaftStartException("the member does not lead after " + TAKE_OVER.toSeconds()
                            + " s though it is alone: look at its log");
                }
                Thread.sleep(POLL);
            }
        }
        return survivor;
    }

    /** The newest configuration wins, so this one has to lie behind everything that is in the log. */
    private static LogEntryProto alone(RaftSettings settings, Survivor survivor) {
        return LogEntryProto.newBuilder()
                .setTerm(survivor.lastTerm())
                .setIndex(survivor.lastIndex() + 1)
                .setConfigurationEntry(RaftConfigurationProto.newBuilder()
                        .addPeers(RaftPeerProto.newBuilder()
                                .setId(ByteString.copyFromUtf8(survivor.identity().peerId()))
                                .setAddress(settings.advertisedAddress())))
                .build();
    }

    static boolean isMarked(RaftSettings settings) {
        return Files.exists(settings.dataDir().resolve(MARK));
    }

    static void unmark(RaftSettings settings) throws IOException {
        Files.deleteIfExists(settings.dataDir().resolve(MARK));
        DurableFiles.force(settings.dataDir());
    }
}
