package dev.mure.manager.api;

import com.google.protobuf.util.Durations;
import dev.mure.manager.forecast.Forecast;
import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Decisions;
import dev.mure.manager.leader.NotLeadingException;
import dev.mure.manager.leader.OutcomeUnknownException;
import dev.mure.manager.leader.Refusal;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Node;
import dev.mure.v1.PlanUpdateResponse;
import dev.mure.v1.PlannedSlot;
import dev.mure.v1.PlannedWave;
import dev.mure.v1.Service;
import dev.mure.v1.UpdateServiceRequest;
import dev.mure.v1.UpdateServiceResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Says what an update would do, from the state that the next decision would see. Only taking that state is a matter of the leader's
 * thread; the work is done beside it: one plan at a time and on a thread of its own, for it computes without ever waiting, and would
 * keep others from running.
 */
final class UpdatePlans {

    /** A plan that takes longer is given as far as it got. */
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private record Moment(ClusterState state, long nowMillis) {}

    private final Decisions decisions;
    private final Semaphore turns = new Semaphore(1, true);

    UpdatePlans(Decisions decisions) {
        this.decisions = decisions;
    }

    /**
     * Plans an update.
     *
     * @param timeout how long it may take to get the state and a turn
     * @throws Refusal if the update would be refused, for the same reason
     */
    PlanUpdateResponse plan(UpdateServiceRequest update, Duration timeout)
            throws Refusal, NotLeadingException, OutcomeUnknownException, InterruptedException {
        Moment moment =
                decisions.commit((pending, now) -> Decided.unchanged(new Moment(pending, now)), timeout);
        Decided<UpdateServiceResponse> decided = new UpdateService(update).decide(moment.state(), moment.nowMillis());
        if (!turns.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            throw Status.RESOURCE_EXHAUSTED.withDescription("other plans are being made: try again")
                    .asRuntimeException();
        }
        try {
            return onOwnThread(update, moment, decided);
        } finally {
            turns.release();
        }
    }

    private static PlanUpdateResponse onOwnThread(UpdateServiceRequest update, Moment moment,
            Decided<UpdateServiceResponse> decided) throws InterruptedException {
        FutureTask<PlanUpdateResponse> work = new FutureTask<>(() -> plan(update, moment, decided));
        Thread thread = Thread.ofPlatform().daemon().name("update-plan").start(work);
        try {
            return work.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the plan of an update failed", e.getCause());
        } catch (InterruptedException e) {
            thread.interrupt();
            throw e;
        }
    }

    private static PlanUpdateResponse plan(UpdateServiceRequest update, Moment moment,
            Decided<UpdateServiceResponse> decided) {
        ClusterState state = moment.state();
        Service service = state.service(decided.answer().getId()).orElseThrow();
        long end = System.nanoTime() + LONGEST.toNanos();
        Forecast forecast = Forecast.of(state, service.getId(), decided.mutations(), moment.nowMillis(),
                () -> System.nanoTime() - end < 0 && !Thread.currentThread().isInterrupted());
        PlanUpdateResponse.Builder plan = PlanUpdateResponse.newBuilder()
                .setEffect(decided.answer().getEffect())
                .addAllDifferences(SpecDifference.between(
                        SpecDefaults.complete(new ServiceViews(state).spec(service)),
                        SpecDefaults.complete(update.getSpec())))
                .setPeakExtraTasks(forecast.peakExtraTasks())
                .addAllBlockers(forecast.blockers())
                .setSlotsLeftOut(forecast.slotsLeftOut())
                .setIndex(state.index());
        forecast.waves().forEach(wave -> plan.addWaves(wave(state, wave)));
        forecast.durationMillis().ifPresent(millis -> plan.setEstimate(Durations.fromMillis(millis)));
        return plan.build();
    }

    private static PlannedWave wave(ClusterState state, Forecast.Wave wave) {
        PlannedWave.Builder planned = PlannedWave.newBuilder();
        for (Forecast.Move move : wave.moves()) {
            planned.addSlots(PlannedSlot.newBuilder()
                    .setSlot(move.slot())
                    .setFromNodeName(nodeName(state, move.fromNodeId()))
                    .setToNodeName(nodeName(state, move.toNodeId()))
                    .setOrder(move.order()));
        }
        if (wave.pause() != Forecast.Pause.NONE) {
            planned.setPause(wave.pause().name().toLowerCase(Locale.ROOT));
        }
        return planned.build();
    }

    private static String nodeName(ClusterState state, String nodeId) {
        return state.node(nodeId).map(Node::getName).orElse(nodeId);
    }
}
