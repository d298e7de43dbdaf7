package dev.mure.manager.planning;

import dev.mure.manager.store.Applied;
import dev.mure.manager.store.Applier;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Mutation;
import dev.mure.v1.Transaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * Runs planners in a fixed order until none has anything to add, each on the state that the plans before it lead to. The union of
 * their mutations is one decision, to be committed together.
 */
public final class PlanningRound {

    /** Chains of consequences are a handful long: more passes mean that planners undo each other's work. */
    private static final int MAX_PASSES = 32;

    private final List<Planner> planners;

    /**
     * A round of these planners.
     *
     * @param planners in the order in which they run
     */
    public PlanningRound(List<Planner> planners) {
        this.planners = List.copyOf(planners);
    }

    /**
     * Plans to the fixed point. The mutations are in the order in which they were decided, and every prefix of them is safe.
     *
     * @throws IllegalStateException if there is no fixed point; a bug in a planner
     */
    public Plan run(ClusterState state, Changes changed, long nowMillis) {
        List<Mutation> mutations = new ArrayList<>();
        TreeMap<Subject, Long> wakeups = new TreeMap<>();
        Changes[] unseen = new Changes[planners.size()];
        Arrays.fill(unseen, changed);
        ClusterState current = state;
        for (int pass = 0; anyUnseen(unseen); pass++) {
            if (pass == MAX_PASSES) {
                throw new IllegalStateException("planners found no fixed point; the last decisions were "
                        + mutations.subList(Math.max(0, mutations.size() - 10), mutations.size()));
            }
            for (int i = 0; i < unseen.length; i++) {
                if (unseen[i].isEmpty()) {
                    continue;
                }
                Plan plan = planners.get(i).plan(current, unseen[i], nowMillis);
                unseen[i] = Changes.NONE;
                plan.wakeups().at().forEach((subject, at) -> wakeups.merge(subject, at, Math::min));
                if (!plan.mutations().isEmpty()) {
                    mutations.addAll(plan.mutations());
                    Applied applied = Applier.applyAhead(current, transaction(current, plan.mutations(), nowMillis));
                    Changes news = Changes.between(current, applied.delta(), applied.state());
                    current = applied.state();
                    for (int j = 0; j < unseen.length; j++) {
                        unseen[j] = unseen[j].plus(news);
                    }
                }
            }
        }
        return new Plan(mutations, new Wakeups(wakeups));
    }

    private static boolean anyUnseen(Changes[] unseen) {
        return !Arrays.stream(unseen).allMatch(Changes::isEmpty);
    }

    private static Transaction transaction(ClusterState state, List<Mutation> mutations, long nowMillis) {
        return Transaction.newBuilder()
                .setClockMillis(nowMillis)
                .setWallTime(StateTime.wallTime(state, nowMillis))
                .addAllMutations(mutations)
                .build();
    }
}
