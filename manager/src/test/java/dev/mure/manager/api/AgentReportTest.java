package dev.mure.manager.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Refusal;
import dev.mure.v1.Label;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.NodeDescription;
import dev.mure.v1.NodeObservations;
import dev.mure.v1.PutNode;
import dev.mure.v1.ReportRequest;
import dev.mure.v1.ReportResponse;
import dev.mure.v1.SessionLost;
import dev.mure.v1.SessionOpened;
import dev.mure.v1.Task;
import dev.mure.v1.TaskObservation;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the leader makes of a manager's report. */
class AgentReportTest {

    private final FakeState state = new FakeState();

    @Test
    void makesAnUnknownNode() throws Refusal {
        decide(opened("n1", "one", "s1"));
        Node node = state.current().node("n1").orElseThrow();
        assertThat(node.getName()).isEqualTo("one");
        assertThat(node.getAvailability()).isEqualTo(Node.Availability.ACTIVE);
        assertThat(node.getSession().getManagerId()).isEqualTo("m1");
    }

    @Test
    void namesANodeAfterItsHostIfTheAgentDoesNot() throws Refusal {
        decide(opened("n1", "", "s1"));
        assertThat(state.current().node("n1").orElseThrow().getName()).isEqualTo("host");
        decide(opened("n1", "one", "s2"));
        assertThat(state.current().node("n1").orElseThrow().getName()).isEqualTo("one");
        decide(opened("n1", "", "s3"));
        assertThat(state.current().node("n1").orElseThrow().getName()).isEqualTo("one");
    }

    @Test
    void leavesWhatAUserSaidOfTheNodeAlone() throws Refusal {
        decide(opened("n1", "one", "s1"));
        Label zone = Label.newBuilder().setKey("zone").setValue("a").build();
        state.apply(Mutation.newBuilder()
                .setPutNode(PutNode.newBuilder()
                        .setId("n1")
                        .setName("one")
                        .setAvailability(Node.Availability.PAUSE)
                        .addLabels(zone))
                .build());
        decide(opened("n1", "renamed", "s2"));
        Node node = state.current().node("n1").orElseThrow();
        assertThat(node.getName()).isEqualTo("renamed");
        assertThat(node.getAvailability()).isEqualTo(Node.Availability.PAUSE);
        assertThat(node.getLabelsList()).containsExactly(zone);
    }

    @Test
    void changesNothingWhenRepeated() throws Refusal {
        ReportRequest report = observed("n1", "s1", "t1", TaskState.TASK_STATE_FAILED).toBuilder()
                .mergeFrom(opened("n1", "one", "s1"))
                .build();
        task("t1", "n1");
        decide(report);
        long index = state.current().index();
        assertThat(decide(report)).isEmpty();
        assertThat(state.current().index()).isEqualTo(index);
        decide(lost("n1", "s1"));
        assertThat(decide(lost("n1", "s1"))).isEmpty();
    }

    @Test
    void countsWhatTheSameReportOpened() throws Refusal {
        task("t1", "n1");
        decide(opened("n1", "one", "s1").toBuilder()
                .mergeFrom(observed("n1", "s1", "t1", TaskState.TASK_STATE_RUNNING))
                .build());
        assertThat(state.current().task("t1").orElseThrow().getStatus().getState())
                .isEqualTo(TaskState.TASK_STATE_RUNNING);
    }

    @Test
    void leavesOutWhatDoesNotBelong() throws Refusal {
        task("t1", "n1");
        task("t2", "n2");
        decide(opened("n1", "one", "s1"));
        assertThat(decide(observed("n1", "older", "t1", TaskState.TASK_STATE_RUNNING))).isEmpty();
        assertThat(decide(observed("n1", "s1", "t2", TaskState.TASK_STATE_RUNNING))).isEmpty();
        assertThat(decide(observed("n1", "s1", "nobodys", TaskState.TASK_STATE_RUNNING))).isEmpty();
        assertThat(decide(observed("nowhere", "s1", "t1", TaskState.TASK_STATE_RUNNING))).isEmpty();
        assertThat(decide(lost("n1", "older"))).isEmpty();
        assertThat(decide(lost("nowhere", "s1"))).isEmpty();
        assertThat(decide(observed("n1", "s1", "t1", TaskState.TASK_STATE_RUNNING))).hasSize(1);
        assertThat(decide(observed("n1", "s1", "t1", TaskState.TASK_STATE_STARTING))).isEmpty();
    }

    @Test
    void condemnsOnlyWhatIsUnknownToAll() throws Refusal {
        task("t1", "n1");
        ReportRequest.Builder report = opened("n1", "one", "s1").toBuilder();
        report.getOpenedBuilder(0).addUnknownTaskIds("t1").addUnknownTaskIds("t9");
        decide(report.build());
        assertThat(state.current().task("t1").orElseThrow().getDesired().getState())
                .isEqualTo(TaskState.TASK_STATE_NEW);
        Task condemned = state.current().task("t9").orElseThrow();
        assertThat(condemned.getDesired().getState()).isEqualTo(TaskState.TASK_STATE_REMOVE);
        assertThat(condemned.getNodeId()).isEqualTo("n1");
    }

    private List<Mutation> decide(ReportRequest report) throws Refusal {
        Decided<ReportResponse> decided = new AgentReport(report).decide(state.current(), 1);
        if (!decided.mutations().isEmpty()) {
            state.apply(decided.mutations(), Optional.empty());
        }
        assertThat(decided.answer().getIndex()).isEqualTo(state.current().index());
        return decided.mutations();
    }

    private static ReportRequest opened(String nodeId, String name, String sessionId) {
        return ReportRequest.newBuilder()
                .setManagerId("m1")
                .addOpened(SessionOpened.newBuilder()
                        .setNodeId(nodeId)
                        .setNodeName(name)
                        .setSessionId(sessionId)
                        .setDescription(NodeDescription.newBuilder().setHostname("host")))
                .build();
    }

    private static ReportRequest lost(String nodeId, String sessionId) {
        return ReportRequest.newBuilder()
                .setManagerId("m1")
                .addLost(SessionLost.newBuilder().setNodeId(nodeId).setSessionId(sessionId))
                .build();
    }

    private static ReportRequest observed(String nodeId, String sessionId, String taskId, TaskState seen) {
        return ReportRequest.newBuilder()
                .setManagerId("m1")
                .addObserved(NodeObservations.newBuilder()
                        .setNodeId(nodeId)
                        .setSessionId(sessionId)
                        .addObservations(TaskObservation.newBuilder()
                                .setTaskId(taskId)
                                .setStatus(TaskStatus.newBuilder().setState(seen))))
                .build();
    }

    private void task(String id, String nodeId) {
        state.apply(Mutation.newBuilder().setCreateTask(Task.newBuilder().setId(id).setNodeId(nodeId)).build());
    }
}
