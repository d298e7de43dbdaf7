package dev.mure.manager.orchestrator;

import dev.mure.manager.planning.IdSource;
import dev.mure.manager.planning.Planner;
import dev.mure.manager.rollout.RevisionPlanner;
import dev.mure.manager.rollout.RolloutPlanner;
import dev.mure.manager.scheduler.Scheduler;
import java.util.List;

/** The planners that a leader runs, in their order. */
public final class Planners {

    private Planners() {}

    /**
     * All planners.
     *
     * <p>The order matters in one place: a rollout looks at tasks that ended before the restart policy deals with them, so a failure
     * is counted while the failed task is still wanted, and exactly once. The rest of the order saves passes: first what takes
     * tasks away, then what makes them, then what lets them start, gives them nodes, and forgets the old ones.
     *
     * @param ids for the tasks that they make
     */
    public static List<Planner> inOrder(IdSource ids) {
        return List.of(
                new LivenessPlanner(),
                new RemovalPlanner(),
                new ReplicatedPlanner(ids),
                new GlobalPlanner(ids),
                new RolloutPlanner(ids),
                new RevisionPlanner(),
                new RestartPlanner(ids),
                new EvictionPlanner(ids),
                new StartPlanner(),
                new Scheduler(),
                new ReaperPlanner());
    }
}
