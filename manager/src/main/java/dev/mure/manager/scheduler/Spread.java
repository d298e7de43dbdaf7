package dev.mure.manager.scheduler;

import dev.mure.manager.planning.Needs;
import dev.mure.manager.planning.NodeRoom;
import dev.mure.manager.planning.Obstacles;
import dev.mure.manager.planning.Room;
import dev.mure.manager.planning.Succession;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.Demand;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.FailureKind;
import dev.mure.v1.Node;
import dev.mure.v1.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the best of the nodes that can take a task: the one where its slot failed least through no fault of its own, then the one
 * with fewest tasks of its service, then with fewest tasks at all, then the node of its predecessor, then the one with the lowest
 * id. The predecessor is about to go and counts nowhere. Tasks placed in the same round count at once, so that a batch spreads.
 */
final class Spread {

    private final ClusterState state;
    private final List<Candidate> candidates = new ArrayList<>();
    private final Map<String, int[]> liveOfService = new HashMap<>();
    private final Map<Kind, Needs> needs = new HashMap<>();
    /** What found no node: room only gets less in a round. */
    private final Set<Kind> withoutNode = new HashSet<>();
    private final Map<Kind, String> reasons = new HashMap<>();

    Spread(ClusterState state) {
        this.state = state;
        for (Node node : Room.candidates(state)) {
            candidates.add(new Candidate(candidates.size(), NodeRoom.of(state, node),
                    state.loadOn(node.getId()).live()));
        }
    }

    /** Takes the best node for the task; empty if there is none. */
    Optional<String> place(Task task) {
        Kind kind = Kind.of(task);
        Map<String, Demand> takenOver = Succession.takenOverBy(state, task);
        if (takenOver.isEmpty() && withoutNode.contains(kind)) {
            return Optional.empty();
        }
        Optional<Candidate> best = best(task, needsOf(kind, task), takenOver);
        if (best.isPresent()) {
            take(best.get(), task, needsOf(kind, task), takenOver);
        } else if (takenOver.isEmpty()) {
            withoutNode.add(kind);
        }
        return best.map(Candidate::nodeId);
    }

    /** Why no node can take the task; to be asked when all others are placed. */
    String whyNot(Task task) {
        Kind kind = Kind.of(task);
        Map<String, Demand> takenOver = Succession.takenOverBy(state, task);
        return takenOver.isEmpty()
                ? reasons.computeIfAbsent(kind, none -> reason(needsOf(kind, task), takenOver))
                : reason(needsOf(kind, task), takenOver);
    }

    private Optional<Candidate> best(Task task, Needs needs, Map<String, Demand> takenOver) {
        int[] ofService = liveOfService.computeIfAbsent(task.getServiceId(), this::countByNode);
        Optional<Task> predecessor = state.task(task.getPredecessorId());
        String home = predecessor.map(Task::getNodeId).orElse("");
        int leaving = predecessor.filter(TaskStates::live).isPresent() ? 1 : 0;
        Map<String, Integer> failures = failuresByNode(task);
        return candidates.stream()
                .filter(candidate -> needs.allows(candidate.room.node()))
                .filter(candidate -> candidate.room.obstacle(needs, takenOver(takenOver, candidate)).isEmpty())
                .map(candidate -> {
                    boolean isHome = candidate.nodeId().equals(home);
                    int discount = isHome ? leaving : 0;
                    return new Ranked(candidate, failures.getOrDefault(candidate.nodeId(), 0),
                            ofService[candidate.position] - discount, candidate.live - discount, isHome);
                })
                .min(Ranked.BEST_FIRST)
                .map(Ranked::candidate);
    }

    private void take(Candidate candidate, Task task, Needs needs, Map<String, Demand> takenOver) {
        candidate.room.take(needs, takenOver(takenOver, candidate));
        candidate.live++;
        liveOfService.computeIfAbsent(task.getServiceId(), this::countByNode)[candidate.position]++;
        reasons.clear();
    }

    private String reason(Needs needs, Map<String, Demand> takenOver) {
        Obstacles obstacles = new Obstacles();
        candidates.stream()
                .filter(candidate -> needs.allows(candidate.room.node()))
                .map(candidate -> candidate.room.obstacle(needs, takenOver(takenOver, candidate)))
                .forEach(obstacle -> obstacle.ifPresent(obstacles::add));
        return obstacles.noSuitableNode();
    }

    private Needs needsOf(Kind kind, Task task) {
        return needs.computeIfAbsent(kind, none -> Needs.of(state, task));
    }

    private int[] countByNode(String serviceId) {
        Map<String, Integer> counts = state.liveTasksByNode(serviceId);
        return candidates.stream().mapToInt(candidate -> counts.getOrDefault(candidate.nodeId(), 0)).toArray();
    }

    /** Where tasks of the slot failed on this revision although neither image nor spec is to blame. */
    private Map<String, Integer> failuresByNode(Task task) {
        Map<String, Integer> failures = new HashMap<>();
        for (Task other : state.tasksOfSlot(task.getServiceId(), task.getSlot())) {
            if (other.getRevision() == task.getRevision()
                    && other.getStatus().getFailure() == FailureKind.FAILURE_KIND_INFRASTRUCTURE) {
                failures.merge(other.getNodeId(), 1, Integer::sum);
            }
        }
        return failures;
    }

    private static Demand takenOver(Map<String, Demand> takenOver, Candidate candidate) {
        return takenOver.isEmpty() ? Demand.NONE : takenOver.getOrDefault(candidate.nodeId(), Demand.NONE);
    }

    /** Tasks that can be told apart only by their slots: what one of them can't have, none can, unless it takes over. */
    private record Kind(String serviceId, long revision, String onlyNodeId) {
        static Kind of(Task task) {
            return new Kind(task.getServiceId(), task.getRevision(), task.getOnlyNodeId());
        }
    }

    private static final class Candidate {
        final int position;
        final NodeRoom room;
        int live;

        Candidate(int position, NodeRoom room, int live) {
            this.position = position;
            this.room = room;
            this.live = live;
        }

        String nodeId() {
            return room.node().getId();
        }
    }

    private record Ranked(Candidate candidate, int failures, int ofService, int live, boolean isHome) {

        static final Comparator<Ranked> BEST_FIRST = Comparator.comparingInt(Ranked::failures)
                .thenComparingInt(Ranked::ofService)
                .thenComparingInt(Ranked::live)
                .thenComparing(Ranked::isHome, Comparator.reverseOrder())
                .thenComparingInt(ranked -> ranked.candidate.position);
    }
}
