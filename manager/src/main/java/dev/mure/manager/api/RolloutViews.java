package dev.mure.manager.api;

import com.google.protobuf.util.Durations;
import dev.mure.manager.forecast.RecentStarts;
import dev.mure.manager.planning.CurrentSpec;
import dev.mure.manager.planning.DisruptionBudget;
import dev.mure.manager.planning.RolloutStates;
import dev.mure.manager.planning.Shares;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.StateTime;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutFailure;
import dev.mure.v1.RolloutView;
import dev.mure.v1.Service;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.UpdateConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What a user is shown of a rollout: how far it got, what it waits for, how long it will take. Read off the state only. */
final class RolloutViews {

    /** A screen full; of the rest the number is told. */
    private static final int MAX_LINES = 20;
    private static final long DEADLINE_NEAR_MILLIS = 60_000;

    private final ClusterState state;
    private final long nowMillis;

    /**
     * Views of one moment.
     *
     * @param nowMillis the state clock
     */
    RolloutViews(ClusterState state, long nowMillis) {
        this.state = state;
        this.nowMillis = nowMillis;
    }

    RolloutView of(Service service, Rollout rollout) {
        CurrentSpec target = new CurrentSpec(state, service);
        Map<Integer, SlotProgress> progress = new HashMap<>();
        rollout.getSlotsList().forEach(slot -> progress.put(slot.getSlot(), slot));
        List<SlotView> slots = Slot.existingOf(state, service.getId())
                .stream()
                .map(slot -> SlotView.of(state, service, target, slot, Optional.ofNullable(progress.get(slot.number())),
                        rollout.getPolicy(), nowMillis))
                .toList();
        RolloutView.Builder view = RolloutView.newBuilder()
                .setRollout(rollout)
                .setServiceName(service.getName())
                .setSlots(slots.size())
                .setDone((int) slots.stream().filter(SlotView::done).count())
                .setInWork((int) slots.stream().filter(SlotView::inWork).count())
                .setFailed((int) rollout.getSlotsList()
                        .stream()
                        .filter(slot -> !slot.getFailedTaskId().isEmpty())
                        .count())
                .addAllWaitingFor(shortened(waitingFor(service, rollout, slots)));
        estimateMillis(service, rollout, slots)
                .ifPresent(millis -> view.setEstimate(Durations.fromMillis(millis)));
        return view.build();
    }

    private static List<String> shortened(List<String> lines) {
        if (lines.size() <= MAX_LINES) {
            return lines;
        }
        List<String> shown = new ArrayList<>(lines.subList(0, MAX_LINES));
        shown.add("and " + (lines.size() - MAX_LINES) + " more");
        return shown;
    }

    private List<String> waitingFor(Service service, Rollout rollout, List<SlotView> slots) {
        List<String> lines = new ArrayList<>();
        if (RolloutStates.paused(rollout)) {
            lines.add(whyPaused(rollout));
        }
        slots.stream().map(SlotView::waitsFor).flatMap(Optional::stream).forEach(lines::add);
        if (RolloutStates.underWay(rollout)) {
            canary(rollout).or(() -> nextSlot(service, rollout, slots)).ifPresent(lines::add);
            watch(rollout, slots).ifPresent(lines::add);
            progressDeadline(rollout).ifPresent(lines::add);
        }
        return lines;
    }

    private String whyPaused(Rollout rollout) {
        if (rollout.getCanaryUntilClockMillis() > nowMillis) {
            return canaryLine(rollout);
        }
        return switch (rollout.getPauseCause()) {
            case PAUSE_CAUSE_FAILURE -> "paused: " + failure(rollout) + ": " + advice(rollout);
            case PAUSE_CAUSE_NO_PROGRESS -> "paused: no slot got good within the progress deadline of "
                    + TimeText.of(rollout.getPolicy().getProgressDeadline()) + lastFailure(rollout) + ": "
                    + advice(rollout);
            case PAUSE_CAUSE_REQUEST -> "paused by request: resume to go on";
            case PAUSE_CAUSE_CANARY -> "canary: the first slots are done: promote or resume to go on";
            case PAUSE_CAUSE_STAGE ->
                    "stage: " + good(rollout)
                            + " slots are done: resume to go on to the next, promote to go on to the end";
            case PAUSE_CAUSE_STEP -> "step: the slots asked for are done: step again or resume to go on";
            case PAUSE_CAUSE_UNSPECIFIED, UNRECOGNIZED -> "paused: " + rollout.getMessage();
        };
    }

    private static String advice(Rollout rollout) {
        return RolloutStates.rollback(rollout) ? "update or resume" : "update again, resume or roll back";
    }

    private static long good(Rollout rollout) {
        return rollout.getSlotsList().stream().filter(SlotProgress::getGood).count();
    }

    private String lastFailure(Rollout rollout) {
        return rollout.hasFailure() ? " (last: " + failure(rollout) + ")" : "";
    }

    private String failure(Rollout rollout) {
        if (!rollout.hasFailure()) {
            return rollout.getMessage();
        }
        RolloutFailure failure = rollout.getFailure();
        String name = state.service(rollout.getServiceId()).map(Service::getName).orElse("slot");
        String node = failure.getNodeName().isEmpty() ? "" : " on node " + failure.getNodeName();
        String error = failure.getError().isEmpty() ? "" : ": " + failure.getError();
        return name + "." + failure.getSlot() + " failed" + node + error;
    }

    private Optional<String> canary(Rollout rollout) {
        return rollout.getCanaryUntilClockMillis() > nowMillis ? Optional.of(canaryLine(rollout)) : Optional.empty();
    }

    private String canaryLine(Rollout rollout) {
        return "canary: promoted in " + TimeText.left(rollout.getCanaryUntilClockMillis() - nowMillis)
                + " if all of it stays good";
    }

    /** What keeps the next slot from being begun although there is one; nothing if lanes are merely in work. */
    private Optional<String> nextSlot(Service service, Rollout rollout, List<SlotView> slots) {
        if (slots.stream().noneMatch(SlotView::toBegin)) {
            return Optional.empty();
        }
        long inWork = slots.stream().filter(SlotView::inWork).count();
        List<Long> delays = slots.stream().flatMap(slot -> slot.laneFreeAt().stream()).filter(at -> at > nowMillis)
                .sorted()
                .toList();
        if (inWork + delays.size() >= lanes(rollout, slots.size())) {
            return delays.stream()
                    .findFirst()
                    .map(at -> "delay: " + TimeText.left(at - nowMillis) + " left until the next slot");
        }
        List<Slot> all = slots.stream().map(SlotView::slot).toList();
        return inWork == 0 && service.hasMaxUnavailable()
                && new DisruptionBudget(state, service, all, nowMillis).left() <= 0
                        ? Optional.of("max-unavailable: too many slots are out of service to begin another")
                        : Optional.empty();
    }

    private Optional<String> watch(Rollout rollout, List<SlotView> slots) {
        long left = rollout.getWatchUntilClockMillis() - nowMillis;
        return slots.stream().noneMatch(SlotView::toMove) && left > 0
                ? Optional.of("monitor: " + TimeText.left(left) + " left")
                : Optional.empty();
    }

    private Optional<String> progressDeadline(Rollout rollout) {
        long left = rollout.getProgressDeadlineClockMillis() - nowMillis;
        return rollout.getProgressDeadlineClockMillis() > 0 && left <= DEADLINE_NEAR_MILLIS
                && rollout.getWatchUntilClockMillis() <= nowMillis
                        ? Optional.of("progress-deadline: " + TimeText.left(left) + " left for a slot to get good")
                        : Optional.empty();
    }

    /** Remaining slots, so many at a time, each with its start, gate and delay; then the watch. */
    private OptionalLong estimateMillis(Service service, Rollout rollout, List<SlotView> slots) {
        if (!RolloutStates.underWay(rollout) || stageAhead(rollout, slots.size())
                || slots.stream().anyMatch(SlotView::stuck)) {
            return OptionalLong.empty();
        }
        long remaining = slots.stream().filter(SlotView::toMove).count();
        if (remaining == 0) {
            return OptionalLong.of(Math.max(0, rollout.getWatchUntilClockMillis() - nowMillis));
        }
        UpdateConfig policy = rollout.getPolicy();
        long minHealthy = StateTime.millis(policy.getMinHealthy());
        OptionalLong start = startMillis(service, rollout, minHealthy);
        if (start.isEmpty()) {
            return OptionalLong.empty();
        }
        long delay = StateTime.millis(policy.getDelay());
        long lanes = Math.min(remaining, lanes(rollout, slots.size()));
        long rounds = (remaining + lanes - 1) / lanes;
        // The watch is as long as the last delay at least, so that one is not added.
        return OptionalLong.of(beforeNextMillis(rollout, slots) + rounds * (start.getAsLong() + minHealthy)
                + (rounds - 1) * delay + Math.max(delay, StateTime.millis(policy.getMonitor())));
    }

    /** What is left of the canary's time and of the delay while nothing is in work; they run together. */
    private long beforeNextMillis(Rollout rollout, List<SlotView> slots) {
        if (slots.stream().anyMatch(SlotView::inWork)) {
            return canaryAhead(rollout, slots.size()) ? StateTime.millis(rollout.getPolicy().getCanaryWait()) : 0;
        }
        long delayLeft = slots.stream()
                .flatMap(slot -> slot.laneFreeAt().stream())
                .mapToLong(at -> at - nowMillis)
                .filter(left -> left > 0)
                .min()
                .orElse(0);
        return Math.max(delayLeft, rollout.getCanaryUntilClockMillis() - nowMillis);
    }

    /** A stage ends with somebody's word, and nobody knows when that is given. */
    private static boolean stageAhead(Rollout rollout, int slots) {
        UpdateConfig policy = rollout.getPolicy();
        return rollout.getStepUntilSlots() > 0
                || (canaryAhead(rollout, slots) && StateTime.millis(policy.getCanaryWait()) == 0)
                || (!rollout.getPromoted() && policy.getPauseAfterList()
                        .stream()
                        .mapToInt(share -> Shares.of(share, slots))
                        .anyMatch(stage -> stage > rollout.getReleasedSlots() && stage < slots));
    }

    private static boolean canaryAhead(Rollout rollout, int slots) {
        UpdateConfig policy = rollout.getPolicy();
        return !rollout.getPromoted() && policy.hasCanary()
                && Shares.of(policy.getCanary(), slots) > rollout.getReleasedSlots();
    }

    /** As long as the slots of this rollout took so far, else as tasks of the service took lately. */
    private OptionalLong startMillis(Service service, Rollout rollout, long minHealthyMillis) {
        List<Long> taken = rollout.getSlotsList()
                .stream()
                .filter(slot -> slot.getGood() && slot.getStartedClockMillis() > 0)
                .map(slot -> slot.getSettledClockMillis() - slot.getStartedClockMillis() - minHealthyMillis)
                .map(millis -> Math.max(0, millis))
                .sorted()
                .toList();
        return taken.isEmpty()
                ? RecentStarts.medianMillis(state, service.getId())
                : OptionalLong.of(taken.get(taken.size() / 2));
    }

    private static int lanes(Rollout rollout, int slots) {
        return DisruptionBudget.lanes(rollout.getPolicy().getParallelism(), slots);
    }
}
