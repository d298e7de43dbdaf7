package dev.mure.manager.forecast;

import dev.mure.manager.orchestrator.Planners;
import dev.mure.manager.planning.Changes;
import dev.mure.manager.planning.IdSource;
import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.PlanningRound;
import dev.mure.manager.planning.StateTime;
import dev.mure.manager.planning.Subject;
import dev.mure.manager.store.Applied;
import dev.mure.manager.store.Applier;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Mutation;
import dev.mure.v1.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;

/** A copy of the cluster that lives in virtual time: the leader's planners decide, and optimistic agents obey. */
final class VirtualCluster {

    private final PlanningRound planning;
    private final OptimisticAgents agents;
    private final TreeMap<Long, List<Subject>> appointments = new TreeMap<>();
    private ClusterState state;
    private long nowMillis;
    private long tasksMade;

    VirtualCluster(ClusterState state, long nowMillis, long startMillis) {
        IdSource ids = () -> "forecast-" + ++tasksMade;
        this.planning = new PlanningRound(Planners.inOrder(ids));
        this.agents = new OptimisticAgents(startMillis);
        this.state = state;
        this.nowMillis = nowMillis;
    }

    ClusterState state() {
        return state;
    }

    long nowMillis() {
        return nowMillis;
    }

    boolean busyWith(String serviceId) {
        return agents.busyWith(serviceId);
    }

    /** Everything that is there goes on from where it is, and the service and its tasks are looked at as a new leader does. */
    void begin(String serviceId, List<Mutation> mutations) {
        agents.lookAtAll(state, nowMillis);
        List<Subject> subjects = new ArrayList<>(List.of(Subject.service(serviceId)));
        state.tasksOfService(serviceId).forEach(task -> subjects.add(Subject.task(task.getId())));
        plan(apply(mutations).plus(Changes.due(subjects)));
    }

    /** Somebody decides something. */
    void commit(List<Mutation> mutations) {
        plan(apply(mutations));
    }

    /** Goes on to the next moment at which something happens. Returns false if nothing ever does. */
    boolean step() {
        OptionalLong news = agents.nextMillis();
        if (news.isEmpty() && appointments.isEmpty()) {
            return false;
        }
        long next = Math.min(news.orElse(Long.MAX_VALUE),
                appointments.isEmpty() ? Long.MAX_VALUE : appointments.firstKey());
        nowMillis = Math.max(nowMillis, next);
        Changes changes = apply(agents.observations(state, nowMillis));
        plan(changes.plus(Changes.due(dueSubjects())));
        return true;
    }

    private List<Subject> dueSubjects() {
        List<Subject> due = new ArrayList<>();
        while (!appointments.isEmpty() && appointments.firstKey() <= nowMillis) {
            due.addAll(appointments.pollFirstEntry().getValue());
        }
        return due;
    }

    private void plan(Changes changes) {
        if (changes.isEmpty()) {
            return;
        }
        Plan plan = planning.run(state, changes, nowMillis);
        plan.wakeups()
                .at()
                .forEach((subject, at) -> appointments.computeIfAbsent(at, time -> new ArrayList<>()).add(subject));
        // The planners have seen what their own plan changes; the agents have not.
        var _ = apply(plan.mutations());
    }

    private Changes apply(List<Mutation> mutations) {
        if (mutations.isEmpty()) {
            return Changes.NONE;
        }
        Applied applied = Applier.applyAhead(state, Transaction.newBuilder()
                .setClockMillis(nowMillis)
                .setWallTime(StateTime.wallTime(state, nowMillis))
                .addAllMutations(mutations)
                .build());
        Changes changes = Changes.between(state, applied.delta(), applied.state());
        state = applied.state();
        agents.look(state, applied.delta().tasks(), nowMillis);
        return changes;
    }
}
