package dev.mure.manager.planning;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;

import dev.mure.manager.store.ClusterState;

/** Conversions around the state clock. */
public final class StateTime {

    private StateTime() {}

    public static long millis(Duration duration) {
        return Durations.toMillis(duration);
    }

    /** The wall time that belongs to a moment of the state clock, going by the last transaction; for display only. */
    public static Timestamp wallTime(ClusterState state, long clockMillis) {
        return Timestamps.add(state.wallTime(), Durations.fromMillis(clockMillis - state.clockMillis()));
    }
}
