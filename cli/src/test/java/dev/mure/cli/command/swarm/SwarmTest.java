package dev.mure.cli.command.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.testing.ManagerTest;
import dev.mure.cli.testing.Run;
import dev.mure.cli.testing.Samples;
import dev.mure.v1.GetSwarmStatusResponse;
import dev.mure.v1.LeaveSwarmRequest;
import dev.mure.v1.LeaveSwarmResponse;
import dev.mure.v1.ManagerStatus;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SwarmTest extends ManagerTest {

    private static ManagerStatus.Builder manager(String name) {
        return ManagerStatus.newBuilder().setNodeName(name).setNodeId("id-" + name).setVoter(true).setReachable(true)
                .setGrpcAddress(name + ":7370").setRaftAddress(name + ":7371");
    }

    private static Timestamp secondsAgo(long seconds) {
        return Timestamp.newBuilder().setSeconds(Samples.NOW.minusSeconds(seconds).getEpochSecond()).build();
    }

    @Test
    void showsALeaderAndItsFollowers() {
        manager.answer("GetSwarmStatus", GetSwarmStatusResponse.newBuilder().setClusterId("c1").setTerm(4)
                .setLeaderSince(secondsAgo(125)).setNeeded(2).setOnline(2)
                .addManagers(manager("m1").setLeader(true).setSelf(true).setLag(0))
                .addManagers(manager("m2").setLag(17))
                .addManagers(manager("m3").setReachable(false).setSilentSince(secondsAgo(50)).setLag(300))
                .build());
        assertThat(mure("swarm", "status")).isEqualTo(new Run(ExitCode.OK, """
                Cluster: c1
                Leader:  m1 for 2 minutes, term 4
                Quorum:  2 of 3 managers online, 2 needed: none more may fail

                NAME      ROLE      REACHABILITY                       LAG       ADDRESS
                m1 *      Leader    Reachable                          0         m1:7370
                m2        Manager   Reachable                          17        m2:7370
                m3        Manager   Unreachable since 50 seconds ago   300       m3:7370
                """, ""));
        assertThat(mure("swarm", "status", "-q").out()).isEqualTo("m1\nm2\nm3\n");
        assertThat(mure("swarm", "status", "--format", "{{.ID}} {{.Self}} {{.RaftAddress}}").out())
                .startsWith("id-m1 true m1:7371\n");
    }

    @Test
    void showsThatThereIsNoLeader() {
        manager.answer("GetSwarmStatus", GetSwarmStatusResponse.newBuilder().setClusterId("c1").setTerm(9)
                .setNoLeaderSince(Timestamp.newBuilder().setSeconds(1_000)).setNeeded(2).setOnline(1)
                .addManagers(manager("m1").setSelf(true)).addManagers(manager("m2").setReachable(false))
                .addManagers(manager("m3").setReachable(false)).build());
        assertThat(mure("swarm", "status").out()).startsWith("""
                Cluster: c1
                Leader:  none known since 1970-01-01T00:16:40Z, term 9
                Quorum:  1 of 3 managers online, 2 needed: lost: 1 more must be online

                """);
    }

    @Test
    void leaves() throws IOException {
        manager.answer("LeaveSwarm", LeaveSwarmResponse.getDefaultInstance());
        assertThat(mure("swarm", "leave")).isEqualTo(new Run(ExitCode.OK, "Node left the swarm.\n", ""));
        mure("swarm", "leave", "--force");
        assertThat(LeaveSwarmRequest.parseFrom(manager.bodies("LeaveSwarm").getFirst()).getForce()).isFalse();
        assertThat(LeaveSwarmRequest.parseFrom(manager.bodies("LeaveSwarm").getLast()).getForce()).isTrue();
    }

    @Test
    void leavesOnlyAManagerThatIsNamed() {
        Run run = mure("--host", manager.address(), "--host", "http://127.0.0.1:1", "swarm", "leave");
        assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(run.err()).contains("'swarm leave' is about one manager");
        assertThat(manager.requests()).isEmpty();
    }
}
