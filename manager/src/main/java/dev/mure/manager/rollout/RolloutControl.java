package dev.mure.manager.rollout;

import dev.mure.manager.planning.RolloutStates;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Mutation;
import dev.mure.v1.PauseCause;
import dev.mure.v1.Revision;
import dev.mure.v1.Rollout;
import dev.mure.v1.Service;
import dev.mure.v1.SetDesiredState;
import dev.mure.v1.SetRollout;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.UpdateConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What a user may do to the rollout of a service. Pure: each answers with the mutations that do it, or why it can't be done. */
public final class RolloutControl {

    /** What becomes of a request. */
    public sealed interface Outcome {

        /** It is done by these; an empty list if everything is that way already. */
        record Changed(List<Mutation> mutations) implements Outcome {
            public Changed {
                mutations = List.copyOf(mutations);
            }
        }

        /** It can't be done now. One line for the user. */
        record Refused(String reason) implements Outcome {}
    }

    private RolloutControl() {}

    /** No new slot starts; slots whose old task was told to stop are finished. */
    public static Outcome pause(ClusterState state, Service service) {
        Optional<Rollout> known = state.rollout(service.getId());
        if (known.filter(RolloutStates::paused).isPresent()) {
            return changed(known.get(), rollout -> {
                // From now on only the user's word counts, not the end of a stage that is being watched.
                return rollout.setPauseCause(PauseCause.PAUSE_CAUSE_REQUEST);
            });
        }
        return underWay(service, known, "paused").<Outcome>map(Outcome.Refused::new)
                .orElseGet(() -> changed(known.get(),
                        rollout -> {
                            Endings.pause(rollout, PauseCause.PAUSE_CAUSE_REQUEST, "by request");
                            return rollout;
                        }));
    }

    /** Goes on up to the next stage. After a failure the counters start anew, and what failed is tried again at once. */
    public static Outcome resume(ClusterState state, Service service, long nowMillis) {
        return goOn(state, service, nowMillis, rollout -> rollout, "resumed");
    }

    /** Begins that many more slots, then pauses. Also while it is under way. */
    public static Outcome step(ClusterState state, Service service, int slots, long nowMillis) {
        UnaryOperator<Rollout.Builder> steps =
                rollout -> rollout.setStepUntilSlots(new Progress(rollout.buildPartial()).begun() + slots);
        return state.rollout(service.getId()).filter(RolloutStates::underWay).isPresent()
                ? changed(state.rollout(service.getId()).get(), steps)
                : goOn(state, service, nowMillis, steps, "stepped");
    }

    /** Goes on, past all stages. */
    public static Outcome promote(ClusterState state, Service service, long nowMillis) {
        UnaryOperator<Rollout.Builder> promoted =
                rollout -> rollout.setPromoted(true).clearCanaryUntilClockMillis().clearStepUntilSlots();
        return state.rollout(service.getId()).filter(RolloutStates::underWay).isPresent()
                ? changed(state.rollout(service.getId()).get(), promoted)
                : goOn(state, service, nowMillis, promoted, "promoted");
    }

    /** Goes back to the newest stable revision. */
    public static Outcome abort(ClusterState state, Service service, long nowMillis) {
        Optional<Rollout> known = state.rollout(service.getId());
        if (known.filter(RolloutStates::rollback).isPresent()) {
            return new Outcome.Refused("service " + service.getName() + " is on its way back already, to revision "
                    + known.get().getToRevision() + ": pause it, or update the service");
        }
        if (known.filter(rollout -> RolloutStates.underWay(rollout) || RolloutStates.paused(rollout)).isEmpty()) {
            return new Outcome.Refused("service " + service.getName()
                    + " has no update in progress: to go back from a finished one use `service rollback`");
        }
        Optional<Revision> target = Rollback.target(state, service);
        return target.<Outcome>map(stable -> new Outcome.Changed(Rollback.to(state, service, stable,
                "update aborted by request, rolling back to revision " + stable.getNumber(), nowMillis)))
                .orElseGet(() -> new Outcome.Refused("service " + service.getName()
                        + " has no stable revision to go back to: pause it, or update it to an image that works"));
    }

    /** Changes what the rollout goes by. The values are valid. */
    public static Outcome set(ClusterState state, Service service, SetRollout changes) {
        Optional<Rollout> known = state.rollout(service.getId())
                .filter(rollout -> RolloutStates.underWay(rollout) || RolloutStates.paused(rollout));
        return known.<Outcome>map(rollout -> changed(rollout,
                next -> next.setPolicy(changed(rollout.getPolicy(), changes))))
                .orElseGet(() -> new Outcome.Refused("service " + service.getName()
                        + " has no rollout in progress: change its policy with `service update`"));
    }

    private static UpdateConfig changed(UpdateConfig policy, SetRollout changes) {
        UpdateConfig.Builder next = policy.toBuilder();
        if (changes.hasParallelism()) {
            next.setParallelism(changes.getParallelism());
        }
        if (changes.hasDelay()) {
            next.setDelay(changes.getDelay());
        }
        if (changes.hasMonitor()) {
            next.setMonitor(changes.getMonitor());
        }
        if (changes.hasMaxFailureRatio()) {
            next.setMaxFailureRatio(changes.getMaxFailureRatio());
        }
        if (changes.getFailureAction() != UpdateConfig.FailureAction.FAILURE_ACTION_UNSPECIFIED) {
            next.setFailureAction(changes.getFailureAction());
        }
        if (changes.hasMinHealthy()) {
            next.setMinHealthy(changes.getMinHealthy());
        }
        if (changes.hasStartDeadline()) {
            next.setStartDeadline(changes.getStartDeadline());
        }
        if (changes.hasProgressDeadline()) {
            next.setProgressDeadline(changes.getProgressDeadline());
        }
        return next.build();
    }

    private static Outcome goOn(ClusterState state, Service service, long nowMillis,
            UnaryOperator<Rollout.Builder> further, String verb) {
        Optional<Rollout> known = state.rollout(service.getId());
        if (known.filter(RolloutStates::paused).isEmpty()) {
            return new Outcome.Refused("service " + service.getName() + " has no paused rollout that could be " + verb
                    + known.map(rollout -> ": it says \"" + rollout.getMessage() + "\"").orElse(""));
        }
        Rollout paused = known.get();
        boolean failed = paused.getSlotsList().stream().anyMatch(slot -> !slot.getFailedTaskId().isEmpty());
        boolean forgive = failed || switch (paused.getPauseCause()) {
            case PAUSE_CAUSE_FAILURE, PAUSE_CAUSE_NO_PROGRESS -> true;
            default -> false;
        };
        List<SlotMove> moves = SlotMove.allOf(state, service);
        Progress progress = new Progress(paused);
        Rollout goingOn = forgive
                ? RolloutStart.forgiven(state, service, paused, nowMillis)
                : RolloutStart.goingOn(paused, new UpdatePolicy(paused.getPolicy(), moves.size()), nowMillis);
        Rollout.Builder next = goingOn.toBuilder();
        Stages.pass(next, progress.begun());
        List<Mutation> mutations = new ArrayList<>();
        mutations.add(Mutation.newBuilder().setPutRollout(further.apply(next)).build());
        if (forgive) {
            moves.stream()
                    .filter(move -> progress.begun(move.number()) && move.waitsForRestart())
                    .flatMap(move -> move.successor().stream())
                    .map(RolloutControl::removed)
                    .forEach(mutations::add);
        }
        return new Outcome.Changed(mutations);
    }

    /** What waits for its restart was prepared before the user mended what failed. */
    private static Mutation removed(Task task) {
        return Mutation.newBuilder()
                .setSetDesiredState(SetDesiredState.newBuilder()
                        .setTaskId(task.getId())
                        .setState(TaskState.TASK_STATE_REMOVE))
                .build();
    }

    private static Optional<String> underWay(Service service, Optional<Rollout> known, String verb) {
        return known.filter(RolloutStates::underWay).isPresent()
                ? Optional.empty()
                : Optional.of("service " + service.getName() + " has no rollout in progress that could be " + verb);
    }

    private static Outcome changed(Rollout rollout, UnaryOperator<Rollout.Builder> change) {
        Rollout next = change.apply(rollout.toBuilder()).build();
        return new Outcome.Changed(next.equals(rollout)
                ? List.of()
                : List.of(Mutation.newBuilder().setPutRollout(next).build()));
    }
}
