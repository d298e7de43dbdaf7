package dev.mure.manager.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mure.manager.store.ClusterState;
import dev.mure.v1.NodeState;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The fixed point of several planners. */
class PlanningRoundTest {

    private static final Changes LOOK = new Changes(new TreeSet<>(List.of("n1")), new TreeSet<>(), new TreeSet<>());

    private static ClusterState twoNodes() {
        return Scenario.nodes(2).state();
    }

    @Test
    void nothingToLookAtAsksNobody() {
        Planner never = (state, changed, now) -> {
            throw new AssertionError("asked");
        };
        assertThat(new PlanningRound(List.of(never)).run(twoNodes(), Changes.NONE, 2_000)).isEqualTo(Plan.NOTHING);
    }

    @Test
    void eachPlannerSeesWhatTheOthersDidUntilNoneAddsAnything() {
        List<String> seen = new ArrayList<>();
        Planner first = (state, changed, now) -> {
            seen.add("first " + changed.nodes());
            return Plan.NOTHING;
        };
        Planner second = (state, changed, now) -> {
            seen.add("second " + changed.nodes());
            Plan.Draft plan = new Plan.Draft();
            if (changed.nodes().contains("n1")) {
                plan.nodeState("n2", NodeState.NODE_STATE_DOWN, "");
            }
            return plan.build();
        };
        Plan plan = new PlanningRound(List.of(first, second)).run(twoNodes(), LOOK, 2_000);
        assertThat(plan.mutations()).hasSize(1);
        assertThat(seen).containsExactly("first [n1]", "second [n1]", "first [n2]", "second [n2]");
    }

    @Test
    void theEarliestWakeUpWins() {
        Planner late = (state, changed, now) -> waking(9_000);
        Planner early = (state, changed, now) -> waking(8_000);
        Plan plan = new PlanningRound(List.of(late, early)).run(twoNodes(), LOOK, 2_000);
        assertThat(plan.wakeups().at()).containsOnly(java.util.Map.entry(Subject.node("n1"), 8_000L));
    }

    @Test
    void plannersThatUndoEachOtherAreABug() {
        Planner up = (state, changed, now) -> setting(NodeState.NODE_STATE_READY);
        assertThatThrownBy(() -> new PlanningRound(List.of(up)).run(twoNodes(), LOOK, 2_000))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no fixed point");
    }

    private static Plan waking(long at) {
        Plan.Draft plan = new Plan.Draft();
        plan.wake(Subject.node("n1"), at);
        return plan.build();
    }

    private static Plan setting(NodeState state) {
        Plan.Draft plan = new Plan.Draft();
        plan.nodeState("n1", state, "");
        return plan.build();
    }
}
