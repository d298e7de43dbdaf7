package dev.mure.manager.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.mure.manager.planning.Scenario;
import dev.mure.v1.Node;
import dev.mure.v1.NodeState;
import org.junit.jupiter.api.Test;

/** When a node counts as down. */
class LivenessPlannerTest {

    private static NodeState stateOf(Scenario scenario) {
        return scenario.state().node("n1").map(Node::getState).orElseThrow();
    }

    @Test
    void aLostSessionIsNoLostNodeUntilTheGraceIsOver() {
        Scenario cluster = Scenario.nodes(1).sessionLost("n1").pass(4_999);
        assertThat(stateOf(cluster)).isEqualTo(NodeState.NODE_STATE_READY);
        cluster.pass(1);
        assertThat(stateOf(cluster)).isEqualTo(NodeState.NODE_STATE_DOWN);
        assertThat(cluster.state().node("n1").orElseThrow().getMessage())
                .isEqualTo("agent not heard from since 2023-11-14T22:13:21Z, longer than the grace of 5s");
    }

    @Test
    void aSessionThatComesBackInTimeChangesNothing() {
        Scenario web =
                Scenario.nodes(1).create("v1", 1).settle().sessionLost("n1").pass(4_000).nodeBack("n1").pass(60_000);
        assertThat(stateOf(web)).isEqualTo(NodeState.NODE_STATE_READY);
        assertThat(web.slot(1)).isEqualTo("v1 running/running");
    }

    @Test
    void aNodeThatComesBackLaterIsReadyAgain() {
        Scenario cluster = Scenario.nodes(1).nodeDown("n1").nodeBack("n1");
        assertThat(stateOf(cluster)).isEqualTo(NodeState.NODE_STATE_READY);
        assertThat(cluster.state().node("n1").orElseThrow().getMessage()).isEmpty();
    }

    @Test
    void aNewLeaderDeclaresNothingLost() {
        Scenario web = Scenario.nodes(3).create("v1", 3).settle().pass(3_600_000).leaderChange().pass(60_000);
        assertThat(web.state().nodes()).allMatch(node -> node.getState() == NodeState.NODE_STATE_READY);
        assertThat(web.running("v1")).isEqualTo(3);
    }

    /** While nobody led, the agent could not come back. */
    @Test
    void aNewLeaderGivesTheWholeGrace() {
        Scenario cluster = Scenario.nodes(1).sessionLost("n1").passWithoutLeader(60_000).leaderChange().pass(4_999);
        assertThat(stateOf(cluster)).isEqualTo(NodeState.NODE_STATE_READY);
        cluster.pass(1);
        assertThat(stateOf(cluster)).isEqualTo(NodeState.NODE_STATE_DOWN);
    }

    @Test
    void aShorterGraceAppliesToSessionsAlreadyLost() {
        Scenario cluster = Scenario.nodes(1).sessionLost("n1").pass(2_000);
        cluster.cluster(settings -> settings.setNodeGrace(Durations.fromSeconds(1)));
        assertThat(stateOf(cluster)).isEqualTo(NodeState.NODE_STATE_DOWN);
    }
}
