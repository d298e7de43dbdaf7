package dev.mure.cli.command.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.cli.process.ExitCode;
import dev.mure.cli.testing.ManagerTest;
import dev.mure.cli.testing.Run;
import dev.mure.cli.testing.Samples;
import dev.mure.v1.Label;
import dev.mure.v1.ListNodesResponse;
import dev.mure.v1.ManagerRole;
import dev.mure.v1.Meta;
import dev.mure.v1.Node;
import dev.mure.v1.NodeDescription;
import dev.mure.v1.NodeState;
import dev.mure.v1.NodeView;
import dev.mure.v1.RequestId;
import dev.mure.v1.UpdateNodeRequest;
import dev.mure.v1.UpdateNodeResponse;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeUpdateTest extends ManagerTest {

    @Test
    void changesAvailabilityAndLabels() throws IOException {
        manager.answer("UpdateNode", UpdateNodeResponse.newBuilder().setId("x").build());

        assertThat(mure("node", "update", "--availability", "drain", "--label-add", "zone=a", "--label-add", "ssd",
                "--label-rm", "old", "h4")).isEqualTo(new Run(ExitCode.OK, "h4\n", ""));

        assertThat(UpdateNodeRequest.parseFrom(manager.bodies("UpdateNode").getFirst())).isEqualTo(
                UpdateNodeRequest.newBuilder().setNode("h4").setRequest(RequestId.newBuilder().setId("request-1"))
                        .setAvailability(Node.Availability.DRAIN).addAddLabels(Label.newBuilder().setKey("ssd"))
                        .addAddLabels(Label.newBuilder().setKey("zone").setValue("a")).addRemoveLabels("old").build());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--availability off h4|invalid value \"off\" for --availability: expected active, pause or drain",
        "--label-add =a h4|invalid value \"=a\" for --label-add: expected KEY=VALUE",
        "--availability drain|missing argument: NODE",
        "h4|nothing to change: give --availability, --label-add or --label-rm"
    })
    void tellsWrongUsageInOneLineAndSendsNothing(String arguments, String message) {
        assertThat(mure(("node update " + arguments).split(" ")))
                .isEqualTo(new Run(ExitCode.WRONG_USAGE, "", "mure: " + message + "; see 'mure node update --help'\n"));
        assertThat(manager.requests()).isEmpty();
    }

    @Test
    void passesARefusalOn() {
        manager.refuse("UpdateNode", 404, "not_found", "node h9 not found");

        assertThat(mure("node", "update", "--availability", "active", "h9"))
                .isEqualTo(new Run(ExitCode.FAILURE, "", "mure: node h9 not found\n"));
    }

    private static Node.Builder node(String id, String name) {
        return Node.newBuilder().setId(id).setName(name).setState(NodeState.NODE_STATE_READY).setSpecVersion(1121)
                .setAvailability(Node.Availability.ACTIVE)
                .setMeta(Meta.newBuilder().setCreatedAt(Samples.at("2026-11-23T02:07:10.532614829Z"))
                        .setUpdatedAt(Samples.at("2026-11-23T02:42:34.631461189Z")))
                .setDescription(NodeDescription.newBuilder().setHostname(name).setOs("linux").setArchitecture("x86_64")
                        .setNanoCpus(2_000_000_000).setMemoryBytes(25276502016L).setRuntime("docker")
                        .setEngineVersion("20.10.24+dfsg1"));
    }

    private void answerNodes() {
        manager.answer("ListNodes", ListNodesResponse.newBuilder()
                .addNodes(NodeView.newBuilder().setSelf(true).setLeader(true)
                        .setNode(node("vyl6v0x5ghxny0ph13pztydz2", "h1")
                                .setManager(ManagerRole.newBuilder().setGrpcAddress("10.99.0.1:7370"))))
                .addNodes(NodeView.newBuilder().setNode(node("pcobtxghrhld6p5uq2s6jhyb3", "h4")
                        .setState(NodeState.NODE_STATE_DOWN).setMessage("session lost")
                        .setAvailability(Node.Availability.DRAIN)
                        .addLabels(Label.newBuilder().setKey("zone").setValue("a"))))
                .addNodes(NodeView.newBuilder().setNode(node("pzzzzzzzzzzzzzzzzzzzzzzzz", "h5")))
                .addNodes(NodeView.newBuilder().setNode(node("qzzzzzzzzzzzzzzzzzzzzzzzz", "h5")))
                .build());
    }

    @Test
    void printsANodeForPeopleAsDockerDoes() {
        answerNodes();

        assertThat(mure("node", "inspect", "--pretty", "self", "pc")).isEqualTo(new Run(ExitCode.OK, """
                ID:\t\t\tvyl6v0x5ghxny0ph13pztydz2
                Name:\t\t\th1
                Hostname:              \th1
                Joined at:             \t2026-11-23 02:07:10.532614829 +0000 utc
                Status:
                 State:\t\t\tReady
                 Availability:         \tActive
                Manager Status:
                 Address:\t\t10.99.0.1:7370
                 Raft Status:\t\tReachable
                 Leader:\t\tYes
                Platform:
                 Operating System:\tlinux
                 Architecture:\t\tx86_64
                Resources:
                 CPUs:\t\t\t2
                 Memory:\t\t23.54GiB
                Engine Version:\t\t20.10.24+dfsg1

                ID:\t\t\tpcobtxghrhld6p5uq2s6jhyb3
                Name:\t\t\th4
                Labels:
                 - zone=a
                Hostname:              \th4
                Joined at:             \t2026-11-23 02:07:10.532614829 +0000 utc
                Status:
                 State:\t\t\tDown
                 Message:              \tsession lost
                 Availability:         \tDrain
                Platform:
                 Operating System:\tlinux
                 Architecture:\t\tx86_64
                Resources:
                 CPUs:\t\t\t2
                 Memory:\t\t23.54GiB
                Engine Version:\t\t20.10.24+dfsg1

                """, ""));
    }

    @Test
    void printsDockersJson() {
        answerNodes();

        assertThat(mure("node", "inspect", "h4").out()).isEqualTo("""
                [
                    {
                        "ID": "pcobtxghrhld6p5uq2s6jhyb3",
                        "Version": {
                            "Index": 1121
                        },
                        "CreatedAt": "2026-11-23T02:07:10.532614829Z",
                        "UpdatedAt": "2026-11-23T02:42:34.631461189Z",
                        "Spec": {
                            "Name": "h4",
                            "Labels": {
                                "zone": "a"
                            },
                            "Role": "worker",
                            "Availability": "drain"
                        },
                        "Description": {
                            "Hostname": "h4",
                            "Platform": {
                                "Architecture": "x86_64",
                                "OS": "linux"
                            },
                            "Resources": {
                                "NanoCPUs": 2000000000,
                                "MemoryBytes": 25276502016
                            },
                            "Engine": {
                                "EngineVersion": "20.10.24+dfsg1",
                                "Runtime": "docker"
                            }
                        },
                        "Status": {
                            "State": "down",
                            "Message": "session lost"
                        }
                    }
                ]
                """);
        assertThat(mure("node", "inspect", "self", "--format", "{{json .ManagerStatus}}").out()).isEqualTo(
                "{\"Leader\":true,\"Reachability\":\"reachable\",\"Addr\":\"10.99.0.1:7370\"}\n");
    }

    @Test
    void printsWhatItFindsAndNamesWhatItDoesNot() {
        answerNodes();

        assertThat(mure("node", "inspect", "--format", "{{.ID}}", "nosuch", "h5", "p", "h1")).isEqualTo(new Run(
                ExitCode.FAILURE, "vyl6v0x5ghxny0ph13pztydz2\n", """
                        mure: no such node: nosuch
                        mure: h5 is ambiguous (2 nodes): use an id
                        mure: p is ambiguous (2 nodes): use an id
                        """));
    }
}
