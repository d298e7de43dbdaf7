package dev.mure.manager.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.mure.manager.orchestrator.Planners;
import dev.mure.manager.planning.Changes;
import dev.mure.manager.planning.IdSource;
import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.PlanningRound;
import dev.mure.manager.planning.Subject;
import dev.mure.manager.store.Applied;
import dev.mure.manager.store.Applier;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.StateDelta;
import dev.mure.v1.LeaderBegan;
import dev.mure.v1.Mutation;
import dev.mure.v1.Transaction;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** One term of a leader that works ahead of the log, with the planning round that real leaders run. */
final class Leader {

    /** What was proposed, and the state that it leads to. */
    private record Proposed(Transaction transaction, ClusterState result) {}

    private final World world;
    private final long term;
    private final PlanningRound round;
    private final long clockOffset;
    private final TreeMap<Subject, Long> timers = new TreeMap<>();
    private final Deque<Proposed> inFlight = new ArrayDeque<>();
    private ClusterState pending;
    private boolean deposed;

    Leader(World world, long term, IdSource ids) {
        this.world = world;
        this.term = term;
        this.round = new PlanningRound(Planners.inOrder(ids));
        this.pending = world.log().state();
        this.clockOffset = world.log().clock() - world.timeline().now();
    }

    void takeOffice() {
        world.trace().say(() -> "--- leader of term " + term);
        if (pending.cluster().isPresent()) {
            StateDelta _ =
                    propose(List.of(Mutation.newBuilder().setLeaderBegan(LeaderBegan.getDefaultInstance()).build()),
                            false);
        }
        plan(Changes.everything(pending));
    }

    long clock() {
        return Math.max(pending.clockMillis(), world.timeline().now() + clockOffset);
    }

    ClusterState pending() {
        return pending;
    }

    boolean idle() {
        return inFlight.isEmpty();
    }

    /** A request of an agent or a session holder, decided on the pending state. */
    void decide(BiFunction<ClusterState, Long, List<Mutation>> decision) {
        decide(decision, false);
    }

    /** A request of a user, decided on the pending state: what it asks for needs no other reason. */
    void decideForUser(BiFunction<ClusterState, Long, List<Mutation>> decision) {
        decide(decision, true);
    }

    private void decide(BiFunction<ClusterState, Long, List<Mutation>> decision, boolean byUser) {
        List<Mutation> mutations = decision.apply(pending, clock());
        if (!mutations.isEmpty()) {
            ClusterState before = pending;
            StateDelta delta = propose(mutations, byUser);
            plan(Changes.between(before, delta, pending));
        }
    }

    /** The first of the entries on their way still come through, the others are lost; nobody is told which. */
    void depose(int survivors) {
        world.trace()
                .say(() -> "--- leader of term " + term + " gone, " + survivors + " of " + inFlight.size()
                        + " entries on their way survive");
        deposed = true;
        for (int i = 0; i < survivors && !inFlight.isEmpty(); i++) {
            commit(inFlight.remove());
        }
    }

    private void commit(Proposed proposed) {
        world.log().append(term, proposed.transaction(), proposed.result());
    }

    int inFlight() {
        return inFlight.size();
    }

    /** Looking everywhere finds nothing that looking at what changed has missed. */
    void checkNothingMissed() {
        lookAtWhatIsDue();
        Plan plan = round.run(pending, Changes.everything(pending), clock());
        assertThat(plan.mutations()).as("what the planners missed").isEmpty();
    }

    private void plan(Changes changes) {
        Plan plan = round.run(pending, changes, clock());
        plan.wakeups().at().forEach(this::wake);
        List<Mutation> rest = plan.mutations();
        while (!rest.isEmpty()) {
            int size = world.faults().splitsPlan() ? 1 + world.random().nextInt(rest.size()) : rest.size();
            propose(rest.subList(0, size), false);
            rest = rest.subList(size, rest.size());
        }
    }

    private StateDelta propose(List<Mutation> mutations, boolean byUser) {
        Transaction transaction = Transaction.newBuilder()
                .setClockMillis(clock())
                .setWallTime(Timestamp.newBuilder().setSeconds(1_700_000_000L + clock() / 1000))
                .addAllMutations(mutations)
                .build();
        if (byUser) {
            world.invariants().askedFor(transaction);
        }
        Applied applied = Applier.applyAhead(pending, transaction);
        pending = applied.state();
        inFlight.add(new Proposed(transaction, pending));
        world.timeline().after(world.faults().commitDelay(), this::commitNext);
        return applied.delta();
    }

    private void commitNext() {
        if (!deposed) {
            commit(inFlight.remove());
        }
    }

    private void wake(Subject subject, long atMillis) {
        timers.merge(subject, atMillis, Math::min);
        world.timeline().after(atMillis - clock(), this::lookAtWhatIsDue);
    }

    private void lookAtWhatIsDue() {
        if (deposed) {
            return;
        }
        List<Subject> due = timers.entrySet()
                .stream()
                .filter(timer -> timer.getValue() <= clock())
                .map(Map.Entry::getKey)
                .toList();
        due.forEach(timers::remove);
        if (!due.isEmpty()) {
            plan(Changes.due(due));
        }
    }
}
