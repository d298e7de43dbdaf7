package dev.mure.manager.forecast;

import dev.mure.manager.planning.RolloutStates;
import dev.mure.manager.rollout.RolloutControl;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Mutation;
import dev.mure.v1.PauseCause;
import dev.mure.v1.Rollout;
import dev.mure.v1.Service;
import dev.mure.v1.UpdateConfig;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * What would become of a service if nothing went wrong.
 *
 * @param waves the slots that would be replaced, in the order in which they are begun; those of a wave are in work together
 * @param peakExtraTasks most tasks that run beyond the number of slots at the same time
 * @param durationMillis time until the rollout completes, pauses between its stages not counted; empty if it does not complete, or
 *        if it was not followed to its end
 * @param blockers what keeps slots from being replaced, one line each
 * @param slotsLeftOut slots that would be replaced after those of the waves, if it was not followed to its end
 */
public record Forecast(List<Wave> waves, int peakExtraTasks, OptionalLong durationMillis, List<String> blockers,
        int slotsLeftOut) {

    /** More decisions than that belong to a service so large that nobody reads the rest. */
    private static final int MAX_STEPS = 100_000;

    public Forecast {
        waves = List.copyOf(waves);
        blockers = List.copyOf(blockers);
    }

    /**
     * Slots that are in work at the same time.
     *
     * @param pause why the rollout pauses after it
     */
    public record Wave(List<Move> moves, Pause pause) {
        public Wave {
            moves = List.copyOf(moves);
        }
    }

    /** Where a rollout stops by itself until somebody, or the time, has it go on. */
    public enum Pause {
        NONE, CANARY, STAGE
    }

    /**
     * The replacement of one slot.
     *
     * @param fromNodeId where its task is; empty if it has no node
     * @param toNodeId where its new task would be; empty if it finds no node
     * @param order STOP_FIRST or START_FIRST
     */
    public record Move(int slot, String fromNodeId, String toNodeId, UpdateConfig.Order order) {}

    /**
     * Runs the planners ahead until the service is at rest. Stages don't stop it.
     *
     * @param state where it begins
     * @param update what is to be decided first
     * @param mayGoOn asked before each step; when it says no, what comes after is left out
     */
    public static Forecast of(ClusterState state, String serviceId, List<Mutation> update, long nowMillis,
            BooleanSupplier mayGoOn) {
        VirtualCluster cluster =
                new VirtualCluster(state, nowMillis, RecentStarts.medianMillis(state, serviceId).orElse(0));
        cluster.begin(serviceId, update);
        return cluster.state()
                .service(serviceId)
                .map(wanted -> follow(state, wanted, cluster, mayGoOn))
                .orElseGet(() -> new Forecast(List.of(), 0, OptionalLong.empty(), List.of(), 0));
    }

    private static Forecast follow(ClusterState before, Service wanted, VirtualCluster cluster,
            BooleanSupplier mayGoOn) {
        long beganMillis = cluster.nowMillis();
        MoveLog log = new MoveLog(before, wanted);
        log.note(cluster.state());
        boolean followed = true;
        for (int steps = 0; followed && goOn(cluster, wanted); steps++) {
            log.note(cluster.state());
            followed = steps < MAX_STEPS && mayGoOn.getAsBoolean();
        }
        boolean completed = followed && leadsTo(wanted, cluster.state())
                && cluster.state().rollout(wanted.getId()).filter(Forecast::completed).isPresent();
        return new Forecast(
                log.waves(cluster.state()),
                log.peakExtraTasks(),
                completed ? OptionalLong.of(cluster.nowMillis() - beganMillis) : OptionalLong.empty(),
                log.blockers(cluster.state()),
                followed ? 0 : log.notBegun());
    }

    /** Makes one step; returns false if the service is at rest, or if it turns back. */
    private static boolean goOn(VirtualCluster cluster, Service wanted) {
        String serviceId = wanted.getId();
        if (!leadsTo(wanted, cluster.state())) {
            return false;
        }
        Optional<Rollout> rollout = cluster.state().rollout(serviceId);
        if (rollout.filter(Forecast::pausedBetweenStages).isPresent()) {
            return resume(cluster, serviceId);
        }
        boolean goesOn = rollout
                .filter(found -> RolloutStates.underWay(found) || found.getCanaryUntilClockMillis() > 0)
                .isPresent();
        return (goesOn || cluster.busyWith(serviceId)) && cluster.step();
    }

    /** Whether nothing went so wrong that the service is on its way back. */
    private static boolean leadsTo(Service wanted, ClusterState state) {
        return state.service(wanted.getId())
                .filter(service -> service.getRevision() == wanted.getRevision())
                .isPresent();
    }

    private static boolean resume(VirtualCluster cluster, String serviceId) {
        RolloutControl.Outcome outcome = cluster.state()
                .service(serviceId)
                .map(service -> RolloutControl.resume(cluster.state(), service, cluster.nowMillis()))
                .orElseGet(() -> new RolloutControl.Outcome.Changed(List.of()));
        if (outcome instanceof RolloutControl.Outcome.Changed(List<Mutation> mutations) && !mutations.isEmpty()) {
            cluster.commit(mutations);
            return true;
        }
        return false;
    }

    private static boolean pausedBetweenStages(Rollout rollout) {
        return RolloutStates.paused(rollout) && rollout.getCanaryUntilClockMillis() == 0
                && pauseOf(rollout) != Pause.NONE;
    }

    static Pause pauseOf(Rollout rollout) {
        if (rollout.getCanaryUntilClockMillis() > 0 || rollout.getPauseCause() == PauseCause.PAUSE_CAUSE_CANARY) {
            return Pause.CANARY;
        }
        return rollout.getPauseCause() == PauseCause.PAUSE_CAUSE_STAGE ? Pause.STAGE : Pause.NONE;
    }

    private static boolean completed(Rollout rollout) {
        return !RolloutStates.underWay(rollout) && !RolloutStates.paused(rollout);
    }
}
