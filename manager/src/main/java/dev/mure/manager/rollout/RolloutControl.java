package dev.mure.manager.rollout;

import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Mutation;
import dev.mure.v1.Service;
import dev.mure.v1.SetRollout;
import java.util.List;

/** What a user may do to the rollout of a service. Pure: each answers with the mutations that do it, or why it can't be done. */
public final class RolloutControl {

    /** What becomes of a request. */
    public sealed interface Outcome {

        /** It is done by these; an empty list if everything is that way already. */
        record Changed(List<Mutation> mutations) implements Outcome {}

        /** It can't be done now. One line for the user. */
        record Refused(String reason) implements Outcome {}
    }

    private RolloutControl() {}

    /** No new slot starts; slots whose old task was told to stop are finished. */
    public static Outcome pause(ClusterState state, Service service) {
        return new Outcome.Refused("not possible yet");
    }

    /** Goes on up to the next stage; failures so far are forgiven. */
    public static Outcome resume(ClusterState state, Service service, long nowMillis) {
        return new Outcome.Refused("not possible yet");
    }

    /** Begins that many more slots, then pauses. */
    public static Outcome step(ClusterState state, Service service, int slots, long nowMillis) {
        return new Outcome.Refused("not possible yet");
    }

    /** Goes on, past all stages. */
    public static Outcome promote(ClusterState state, Service service, long nowMillis) {
        return new Outcome.Refused("not possible yet");
    }

    /** Goes back to the newest stable revision. */
    public static Outcome abort(ClusterState state, Service service, long nowMillis) {
        return new Outcome.Refused("not possible yet");
    }

    /** Changes what the rollout goes by. The values are valid. */
    public static Outcome set(ClusterState state, Service service, SetRollout changes) {
        return new Outcome.Refused("not possible yet");
    }
}
