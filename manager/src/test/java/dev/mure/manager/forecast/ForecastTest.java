package dev.mure.manager.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.mure.manager.forecast.Forecast.Move;
import dev.mure.manager.planning.Scenario;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.ReplicatedMode;
import dev.mure.v1.Revision;
import dev.mure.v1.Service;
import dev.mure.v1.Share;
import dev.mure.v1.UpdateConfig;
import java.util.List;
import java.util.stream.Collectors;
import org.assertj.core.api.Assertions;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

/** What an update would do. Waves read {@code 1+2, 3}: slots 1 and 2 together, then slot 3. */
class ForecastTest {

    @Test
    void oneSlotAfterTheOther() {
        Scenario cluster = running(3);
        Forecast forecast = update(cluster);
        assertThat(waves(forecast)).isEqualTo("1, 2, 3");
        assertThat(forecast.peakExtraTasks()).isZero();
        assertThat(forecast.blockers()).isEmpty();
        assertThat(forecast.slotsLeftOut()).isZero();
    }

    @Test
    void asManyTogetherAsTheParallelismSays() {
        assertThat(waves(update(running(5).policy(policy -> policy.setParallelism(count(2))))))
                .isEqualTo("1+2, 3+4, 5");
        assertThat(waves(update(running(5).policy(policy -> policy.setParallelism(count(0)))))).isEqualTo("1+2+3+4+5");
    }

    @Test
    void saysFromWhereToWhereAndHow() {
        Scenario cluster = running(2);
        assertThat(update(cluster).waves().stream().flatMap(wave -> wave.moves().stream()))
                .extracting(Move::slot, Move::fromNodeId, Move::toNodeId, Move::order)
                .containsExactly(
                        tuple(cluster, 1),
                        tuple(cluster, 2));
    }

    private static Tuple tuple(Scenario cluster, int slot) {
        String node = cluster.newest(slot).getNodeId();
        return Assertions.tuple(slot, node, node, UpdateConfig.Order.STOP_FIRST);
    }

    @Test
    void goesOnPastStagesAndSaysWhereTheyAre() {
        Scenario staged = running(5).policy(
                policy -> policy.setParallelism(count(2)).setCanary(count(1)).addPauseAfter(count(3)));
        Forecast forecast = update(staged);
        assertThat(waves(forecast)).isEqualTo("1, 2+3, 4+5");
        assertThat(forecast.waves()).extracting(Forecast.Wave::pause)
                .containsExactly(Forecast.Pause.CANARY, Forecast.Pause.STAGE, Forecast.Pause.NONE);
        assertThat(forecast.durationMillis()).isPresent();
    }

    @Test
    void waitsForACanaryThatIsPromotedByItself() {
        Forecast forecast = update(running(3)
                .policy(policy -> policy.setCanary(count(1)).setCanaryWait(Durations.fromSeconds(30))));
        assertThat(waves(forecast)).isEqualTo("1, 2, 3");
        assertThat(forecast.waves()).extracting(Forecast.Wave::pause)
                .containsExactly(Forecast.Pause.CANARY, Forecast.Pause.NONE, Forecast.Pause.NONE);
        assertThat(forecast.durationMillis().orElseThrow()).isGreaterThan(30_000);
    }

    @Test
    void startFirstNeedsRoomForOneMore() {
        Forecast forecast = update(running(3).policy(policy -> policy.setOrder(UpdateConfig.Order.START_FIRST)));
        assertThat(forecast.peakExtraTasks()).isEqualTo(1);
        assertThat(forecast.waves().getFirst().moves().getFirst().order()).isEqualTo(UpdateConfig.Order.START_FIRST);
    }

    @Test
    void takesTheDelaysAndTheWatch() {
        Forecast forecast = update(running(3).policy(policy -> policy.setDelay(Durations.fromSeconds(10))));
        // Two delays between three slots; then as long as the delay and a second more.
        assertThat(forecast.durationMillis()).hasValue(2 * 10_000 + 11_000);
    }

    @Test
    void startsTakeAsLongAsTheyTookLately() {
        Scenario cluster = Scenario.nodes(1).create("redis:1", 1).pass(4_000).settle();
        assertThat(RecentStarts.medianMillis(cluster.state(), "web")).hasValue(4_000);
        assertThat(update(cluster).durationMillis()).hasValue(4_000 + 5_000);
    }

    @Test
    void namesWhatWouldWaitForANode() {
        Scenario cluster = running(2);
        for (String node : List.of("n1", "n2", "n3")) {
            cluster.availability(node, Node.Availability.PAUSE);
        }
        Forecast forecast = update(cluster);
        assertThat(forecast.blockers())
                .contains("web.1: no suitable node (3 nodes not available for new tasks)");
        assertThat(forecast.durationMillis()).isEmpty();
        assertThat(forecast.waves().getFirst().moves().getFirst().toNodeId()).isEmpty();
    }

    @Test
    void anUpdateThatWouldTurnBackSaysWhatMadeItDoSo() {
        Scenario cluster = running(2).settleFor(10_000)
                .policy(policy -> policy.setFailureAction(UpdateConfig.FailureAction.ROLLBACK));
        for (String node : List.of("n1", "n2", "n3")) {
            cluster.availability(node, Node.Availability.PAUSE);
        }
        Forecast forecast = update(cluster);
        assertThat(forecast.blockers()).contains("web.1: no suitable node (3 nodes not available for new tasks)");
        assertThat(forecast.durationMillis()).isEmpty();
    }

    @Test
    void aScaleReplacesNothing() {
        Scenario cluster = running(2);
        Service more = cluster.service().toBuilder().setReplicated(ReplicatedMode.newBuilder().setReplicas(4)).build();
        Forecast forecast = forecast(cluster, List.of(Mutation.newBuilder().setPutService(more).build()));
        assertThat(forecast.waves()).isEmpty();
        assertThat(forecast.blockers()).isEmpty();
    }

    @Test
    void aScaleThatFindsNoNodeIsBlocked() {
        Scenario cluster = running(1).availability("n1", Node.Availability.DRAIN)
                .availability("n2", Node.Availability.DRAIN)
                .availability("n3", Node.Availability.PAUSE)
                .settle();
        Service more = cluster.service().toBuilder().setReplicated(ReplicatedMode.newBuilder().setReplicas(2)).build();
        assertThat(forecast(cluster, List.of(Mutation.newBuilder().setPutService(more).build())).blockers())
                .contains("web.2: no suitable node (3 nodes not available for new tasks)");
    }

    @Test
    void anUpdateThatIsUnderWayIsTakenOver() {
        Scenario cluster = running(3).update("redis:2").settle();
        Forecast forecast = update(cluster, "redis:3");
        assertThat(forecast.waves().stream().flatMap(wave -> wave.moves().stream()).map(Move::slot))
                .containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void whatTakesTooLongToForesayIsLeftOut() {
        int[] steps = {0};
        Scenario cluster = running(5);
        Forecast forecast = Forecast.of(cluster.state(), "web", revision(cluster, "redis:2"), cluster.now(),
                () -> ++steps[0] < 6);
        assertThat(forecast.slotsLeftOut()).isPositive();
        assertThat(forecast.slotsLeftOut()
                + forecast.waves().stream().mapToInt(wave -> wave.moves().size()).sum()).isEqualTo(5);
        assertThat(forecast.durationMillis()).isEmpty();
    }

    @Test
    void changesNothing() {
        Scenario cluster = running(3);
        ClusterState before = cluster.state();
        update(cluster);
        assertThat(cluster.state()).isSameAs(before);
    }

    private static Scenario running(int replicas) {
        return Scenario.nodes(3).create("redis:1", replicas).settle();
    }

    private static Forecast update(Scenario cluster) {
        return update(cluster, "redis:2");
    }

    private static Forecast update(Scenario cluster, String image) {
        return forecast(cluster, revision(cluster, image));
    }

    private static Forecast forecast(Scenario cluster, List<Mutation> update) {
        return Forecast.of(cluster.state(), "web", update, cluster.now(), () -> true);
    }

    private static List<Mutation> revision(Scenario cluster, String image) {
        Service service = cluster.service();
        Revision.Builder next = cluster.state().currentRevision(service).orElseThrow().toBuilder();
        next.setNumber(service.getRevision() + 1).getTaskBuilder().getContainerBuilder().setImage(image);
        return List.of(Mutation.newBuilder().setPutRevision(next).build(),
                Mutation.newBuilder().setPutService(service.toBuilder().setRevision(next.getNumber())).build());
    }

    private static String waves(Forecast forecast) {
        return forecast.waves()
                .stream()
                .map(wave -> wave.moves()
                        .stream()
                        .map(move -> Integer.toString(move.slot()))
                        .collect(Collectors.joining("+")))
                .collect(Collectors.joining(", "));
    }

    private static Share count(int slots) {
        return Share.newBuilder().setCount(slots).build();
    }
}
