package dev.mure.cli.command.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.testing.ManagerTest;
import dev.mure.cli.testing.Run;
import dev.mure.v1.Consistency;
import dev.mure.v1.ListNodesRequest;
import dev.mure.v1.ListNodesResponse;
import dev.mure.v1.ManagerRole;
import dev.mure.v1.Node;
import dev.mure.v1.NodeDescription;
import dev.mure.v1.NodeState;
import dev.mure.v1.NodeView;
import dev.mure.v1.Staleness;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeListTest extends ManagerTest {

    private static NodeView node(String id, String name, NodeState state, Node.Availability availability) {
        return NodeView.newBuilder()
                .setNode(Node.newBuilder().setId(id).setName(name).setState(state).setAvailability(availability)
                        .setDescription(NodeDescription.newBuilder().setEngineVersion("20.10.24+dfsg1")))
                .build();
    }

    private static NodeView manager(NodeView worker, boolean self, boolean leader, boolean reachable) {
        NodeView.Builder view = worker.toBuilder().setSelf(self).setLeader(leader).setReachable(reachable);
        view.getNodeBuilder().setManager(ManagerRole.getDefaultInstance());
        return view.build();
    }

    @BeforeEach
    void answer() {
        manager.answer("ListNodes", ListNodesResponse.newBuilder()
                .addNodes(node("rlf6m6n8vwkb3rpiggi9mb6vx", "h10", NodeState.NODE_STATE_DOWN, Node.Availability.DRAIN))
                .addNodes(manager(
                        node("m7b2592om47hfxtgrvkd8yad8", "h3", NodeState.NODE_STATE_UNKNOWN, Node.Availability.ACTIVE),
                        false,
                        false, false))
                .addNodes(manager(
                        node("p5010kihv0gnmvpfapon8pkvp", "h2", NodeState.NODE_STATE_READY, Node.Availability.PAUSE),
                        false,
                        false, true))
                .addNodes(manager(
                        node("vyl6v0x5ghxny0ph13pztydz2", "h1", NodeState.NODE_STATE_READY, Node.Availability.ACTIVE),
                        true, true,
                        true))
                .build());
    }

    @Test
    void printsWhatDockerPrints() {
        assertThat(mure("node", "ls")).isEqualTo(new Run(ExitCode.OK, """
                ID                            HOSTNAME   STATUS    AVAILABILITY   MANAGER STATUS   ENGINE VERSION
                vyl6v0x5ghxny0ph13pztydz2 *   h1         Ready     Active         Leader           20.10.24+dfsg1
                p5010kihv0gnmvpfapon8pkvp     h2         Ready     Pause          Reachable        20.10.24+dfsg1
                m7b2592om47hfxtgrvkd8yad8     h3         Unknown   Active         Unreachable      20.10.24+dfsg1
                rlf6m6n8vwkb3rpiggi9mb6vx     h10        Down      Drain                           20.10.24+dfsg1
                """, ""));
    }

    @Test
    void filtersAndFormats() throws IOException {
        assertThat(mure("node", "ls", "-q", "-f", "role=worker").out()).isEqualTo("rlf6m6n8vwkb3rpiggi9mb6vx\n");
        assertThat(mure("node", "ls", "--format", "{{.ID}} {{.Self}}", "-f", "role=manager").out())
                .startsWith("vyl6v0x5ghxny0ph13pztydz2 true\n");
        mure("node", "ls", "-f", "id=v", "-f", "name=h1");
        assertThat(ListNodesRequest.parseFrom(manager.bodies("ListNodes").getLast()))
                .isEqualTo(ListNodesRequest.newBuilder().addIds("v").addNames("h1").build());
        assertThat(mure("node", "ls", "-f", "role=boss").exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    }

    @Test
    void aStaleListIsMarked() throws IOException {
        manager.answer("ListNodes", ListNodesResponse.newBuilder().setIndex(42).setStale(true)
                .setStaleness(Staleness.newBuilder().setNoLeaderSince(Timestamp.newBuilder().setSeconds(1_000)))
                .build());
        mure("node", "ls", "-q");
        assertThat(mure("node", "ls", "-q", "--stale").err()).startsWith(
                "mure: stale: what this manager knows, at index 42; it knows no leader since 1970-01-01T00:16:40Z (");
        assertThat(ListNodesRequest.parseFrom(manager.bodies("ListNodes").getLast()).getConsistency())
                .isEqualTo(Consistency.CONSISTENCY_STALE);
    }
}
