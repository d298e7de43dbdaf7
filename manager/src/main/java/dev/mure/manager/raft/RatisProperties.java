package dev.mure.manager.raft;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** The settings in Ratis' words. Where a value differs from Ratis' default, the reason stands beside it. */
final class RatisProperties {

    /** Largest log entry that Ratis takes; a leader that is given a larger one steps down. */
    static final int MAX_ENTRY_BYTES = 4 << 20;

    private RatisProperties() {}

    static RaftProperties of(RaftSettings settings) {
        RaftProperties properties = new RaftProperties();
        storage(settings, properties);
        timeouts(settings, properties);
        log(settings, properties);
        limits(properties);
        if (!settings.bindHost().isEmpty()) {
            GrpcConfigKeys.Server.setHost(properties, settings.bindHost());
        }
        GrpcConfigKeys.Server.setPort(properties, settings.port());
        return properties;
    }

    /** The defaults lie under the system's temporary folder. */
    private static void storage(RaftSettings settings, RaftProperties properties) {
        RaftServerConfigKeys.setStorageDir(properties, List.of(settings.raftDir().toFile()));
        RaftServerConfigKeys.setRemovedGroupsDir(properties, settings.dataDir().resolve("raft-removed").toFile());
    }

    private static void timeouts(RaftSettings settings, RaftProperties properties) {
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, millis(settings.electionTimeoutMin()));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(settings.electionTimeoutMax()));
        // With three members the one that lost the majority may be the one with the best log: let it stand again soon.
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(properties,
                TimeDuration.valueOf(2, TimeUnit.SECONDS));
        // A read sends heartbeats; see CommitNotice.
        RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
        // A laptop that slept must not close its server; what is really dead the supervisor finds.
        RaftServerConfigKeys.setCloseThreshold(properties, TimeDuration.valueOf(1, TimeUnit.DAYS));
        // By default a new member that answers slower than three election timeouts fails its admission.
        RaftServerConfigKeys.setStagingTimeout(properties, TimeDuration.valueOf(30, TimeUnit.SECONDS));
        RaftServerConfigKeys.Notification.setNoLeaderTimeout(properties, TimeDuration.valueOf(10, TimeUnit.SECONDS));
    }

    private static void log(RaftSettings settings, RaftProperties properties) {
        // Twice the entries for a commit index that a new leader sends anyway.
        RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
        // Else one dead member keeps the whole log alive on all others.
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        RaftServerConfigKeys.Log.setPurgePreservationLogNum(properties, settings.snapshots().keptEntries());
        // Purging goes by whole segments, and each change of term begins one.
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf("8MB"));
        RaftServerConfigKeys.Log.setPreallocatedSize(properties, SizeInBytes.valueOf("1MB"));
        RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf("32MB"));
        // The other policy would drop what follows a damaged record, acknowledged entries too.
        RaftServerConfigKeys.Log.setCorruptionPolicy(properties, RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
        // Our own writer makes the snapshots. The default keeps all files for ever.
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, false);
        RaftServerConfigKeys.Snapshot.setRetentionFileNum(properties, settings.snapshots().retained());
        // A broken connection could leave a follower behind for as long as nothing is written.
        RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(properties, false);
        // The default waits up to five seconds before it tries again to reach a follower, and gives up waiting after an hour.
        RaftServerConfigKeys.Log.Appender.setRetryPolicy(properties, "1ms,10, 100ms,1000000000");
    }

    private static void limits(RaftProperties properties) {
        // Far above what LeaderTerm lets through, so that Ratis never has to refuse.
        RaftServerConfigKeys.Write.setElementLimit(properties, 4 * LeaderTerm.MAX_IN_FLIGHT);
        RaftServerConfigKeys.Write.setByteLimit(properties, SizeInBytes.valueOf(2L * LeaderTerm.MAX_IN_FLIGHT_BYTES));
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, SizeInBytes.valueOf(MAX_ENTRY_BYTES));
        RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(properties, SizeInBytes.valueOf("4MB"));
        GrpcConfigKeys.setMessageSizeMax(properties, SizeInBytes.valueOf("8MB"));
    }

    private static TimeDuration millis(Duration duration) {
        return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
    }
}
