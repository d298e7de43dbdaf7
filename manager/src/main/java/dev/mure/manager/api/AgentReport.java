package dev.mure.manager.api;

import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Decision;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.CondemnTask;
import dev.mure.v1.LoseSession;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.NodeObservations;
import dev.mure.v1.ObserveTask;
import dev.mure.v1.OpenSession;
import dev.mure.v1.PutNode;
import dev.mure.v1.ReportRequest;
import dev.mure.v1.ReportResponse;
import dev.mure.v1.Session;
import dev.mure.v1.SessionLost;
import dev.mure.v1.SessionOpened;
import dev.mure.v1.TaskObservation;
import dev.mure.v1.TaskStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a manager saw of its agents, as changes. Harmless when repeated: what the state already says makes no mutation, and the
 * guards of the others see to what changes meanwhile. Openings come first, so that what the same report observed in them counts.
 */
record AgentReport(ReportRequest report) implements Decision<ReportResponse> {

    @Override
    public Decided<ReportResponse> decide(ClusterState pending, long nowMillis) {
        List<Mutation> mutations = new ArrayList<>();
        Map<String, String> openedHere = new HashMap<>();
        for (SessionOpened opened : report.getOpenedList()) {
            open(pending, opened, mutations);
            openedHere.put(opened.getNodeId(), opened.getSessionId());
        }
        for (NodeObservations seen : report.getObservedList()) {
            if (seen.getSessionId().equals(sessionOf(pending, seen.getNodeId(), openedHere))) {
                observe(pending, seen, mutations);
            }
        }
        for (SessionLost lost : report.getLostList()) {
            if (lost.getSessionId().equals(sessionOf(pending, lost.getNodeId(), openedHere))
                    && !alreadyLost(pending, lost)) {
                mutations.add(Mutation.newBuilder()
                        .setLoseSession(
                                LoseSession.newBuilder().setNodeId(lost.getNodeId()).setSessionId(lost.getSessionId()))
                        .build());
            }
        }
        long index = pending.index() + (mutations.isEmpty() ? 0 : 1);
        return new Decided<>(mutations, Optional.empty(), ReportResponse.newBuilder().setIndex(index).build());
    }

    private void open(ClusterState pending, SessionOpened opened, List<Mutation> mutations) {
        if (pending.nodeRemoved(opened.getNodeId())) {
            return;
        }
        Optional<Node> known = pending.node(opened.getNodeId());
        String name = opened.getNodeName().isEmpty()
                ? known.map(Node::getName).orElse(opened.getDescription().getHostname())
                : opened.getNodeName();
        if (known.isEmpty() || !known.get().getName().equals(name)) {
            mutations.add(Mutation.newBuilder()
                    .setPutNode(PutNode.newBuilder()
                            .setId(opened.getNodeId())
                            .setName(name)
                            .setAvailability(known.map(Node::getAvailability).orElse(Node.Availability.ACTIVE))
                            .addAllLabels(known.map(Node::getLabelsList).orElse(List.of())))
                    .build());
        }
        if (!isHeld(known, opened.getSessionId())) {
            mutations.add(Mutation.newBuilder()
                    .setOpenSession(OpenSession.newBuilder()
                            .setNodeId(opened.getNodeId())
                            .setSessionId(opened.getSessionId())
                            .setManagerId(report.getManagerId())
                            .setDescription(opened.getDescription()))
                    .build());
        }
        for (String taskId : opened.getUnknownTaskIdsList()) {
            if (pending.task(taskId).isEmpty()) {
                mutations.add(Mutation.newBuilder()
                        .setCondemnTask(CondemnTask.newBuilder().setTaskId(taskId).setNodeId(opened.getNodeId()))
                        .build());
            }
        }
    }

    private static void observe(ClusterState pending, NodeObservations seen, List<Mutation> mutations) {
        for (TaskObservation observation : seen.getObservationsList()) {
            boolean news = pending.task(observation.getTaskId())
                    .filter(task -> task.getNodeId().equals(seen.getNodeId()))
                    .filter(task -> isNews(task.getStatus(), observation.getStatus()))
                    .isPresent();
            if (news) {
                mutations.add(Mutation.newBuilder()
                        .setObserveTask(ObserveTask.newBuilder()
                                .setTaskId(observation.getTaskId())
                                .setNodeId(seen.getNodeId())
                                .setSessionId(seen.getSessionId())
                                .setStatus(observation.getStatus()))
                        .build());
            }
        }
    }

    /** Spares a mutation that its guard would skip; the guard has the last word. */
    private static boolean isNews(TaskStatus known, TaskStatus seen) {
        if (known.getState() != seen.getState()) {
            return TaskStates.before(known.getState(), seen.getState());
        }
        return !TaskStates.ended(known.getState());
    }

    private static String sessionOf(ClusterState pending, String nodeId, Map<String, String> openedHere) {
        return Optional.ofNullable(openedHere.get(nodeId))
                .or(() -> pending.node(nodeId).map(Node::getSession).map(Session::getId))
                .orElse("");
    }

    private static boolean isHeld(Optional<Node> node, String sessionId) {
        return node.map(Node::getSession)
                .filter(session -> session.getId().equals(sessionId) && session.getLostClockMillis() == 0)
                .isPresent();
    }

    private static boolean alreadyLost(ClusterState pending, SessionLost lost) {
        return pending.node(lost.getNodeId())
                .map(Node::getSession)
                .filter(session -> session.getId().equals(lost.getSessionId()) && session.getLostClockMillis() != 0)
                .isPresent();
    }
}
