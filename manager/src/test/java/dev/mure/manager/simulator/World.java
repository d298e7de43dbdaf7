package dev.mure.manager.simulator;

import com.google.protobuf.util.Durations;
import dev.mure.manager.planning.IdSource;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Cluster;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.Task;
import dev.mure.v1.Transaction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/** One history: a log, its leaders, agents and clients, driven by one seed. */
final class World {

    /** Longer than the default deadlines of an update and of the rollback that it may end in. */
    private static final long CALM_MILLIS = 60 * 60 * 1000L;

    private final Timeline timeline = new Timeline();
    private final Random random;
    private final Trace trace;
    private final Faults faults;
    private final Scarcity scarcity;
    private final ReplicatedLog log = new ReplicatedLog(timeline);
    private final Invariants invariants;
    private final List<Agent> agents = new ArrayList<>();
    private final Client client;
    private final IdSource ids;
    private Optional<Leader> leader = Optional.empty();
    private long term;
    private long lastId;
    private int counted;

    World(long seed, boolean traced) {
        random = new Random(seed);
        trace = new Trace(traced, timeline);
        faults = new Faults(random);
        scarcity = new Scarcity(seed);
        ids = () -> Integer.toString(random.nextInt(36 * 36), 36) + "x" + ++lastId;
        invariants = new Invariants(trace);
        client = new Client(this, ids);
        log.listen(invariants::check);
        for (int i = 1; i <= 2 + random.nextInt(4); i++) {
            agents.add(new Agent(this, "node" + i));
        }
        log.listen(this::tellAgents);
    }

    /** Lives the history: trouble first, then calm. Throws when an invariant breaks. */
    void live() {
        elect();
        withLeader(lead -> lead.decide((state, now) -> cluster(state)));
        agents.forEach(Agent::boot);
        long trouble = 2_000L + random.nextInt(random.nextInt(4) == 0 ? 60_000 : 12_000);
        scheduleTrouble(trouble);
        while (timeline.step(trouble)) {
            checkNowAndThen();
        }
        calmDown();
        Quiescence quiescence = new Quiescence(this);
        long end = timeline.now() + CALM_MILLIS;
        while (timeline.now() < end && !quiescence.reached()) {
            long pause = timeline.now() + 5_000;
            while (timeline.step(pause)) {
                invariants.checkContainers(this);
            }
        }
        quiescence.check();
        if (random.nextInt(4) == 0) {
            log.checkReplicas();
        }
        withLeader(Leader::checkNothingMissed);
    }

    private void scheduleTrouble(long until) {
        boolean unstableLeaders = random.nextBoolean();
        boolean unstableNodes = random.nextBoolean();
        long pace = 100L + random.nextInt(3_000);
        for (long at = 0; at < until; at += 1 + random.nextInt((int) pace)) {
            timeline.after(at, client::actAtRandom);
        }
        for (long at = 1_000; unstableLeaders && at < until; at += 1 + random.nextInt(20_000)) {
            timeline.after(at, this::changeLeader);
        }
        for (long at = 1_000; unstableNodes && at < until; at += 1 + random.nextInt(15_000)) {
            timeline.after(at, () -> agents.get(random.nextInt(agents.size())).haveTrouble());
        }
    }

    private void calmDown() {
        trace.say(() -> "=== the faults stop");
        faults.stop();
        if (leader.isEmpty()) {
            elect();
        }
        for (Agent agent : agents) {
            agent.recover();
        }
        // One node may stay away for good, as long as there is another.
        if (agents.size() > 1 && random.nextInt(3) == 0) {
            agents.getFirst().dieForGood();
        }
        // Some nodes may stay out of use, as long as one is left that is none of these.
        boolean allActive = random.nextBoolean();
        withLeader(lead -> lead.decideForUser((state, now) -> agents.stream()
                .filter(agent -> allActive || agent == agents.getLast())
                .map(agent -> client.availability(state, agent.nodeId(), Node.Availability.ACTIVE))
                .toList()));
    }

    private void changeLeader() {
        leader.ifPresent(lead -> lead.depose(random.nextInt(lead.inFlight() + 1)));
        leader = Optional.empty();
        timeline.after(random.nextInt(3_000), () -> {
            if (leader.isEmpty()) {
                elect();
            }
        });
    }

    private void elect() {
        leader = Optional.of(new Leader(this, ++term, ids));
        leader.get().takeOffice();
    }

    private void checkNowAndThen() {
        invariants.checkContainers(this);
        if (counted != log.size() && leader.filter(Leader::idle).isPresent()) {
            counted = log.size();
            invariants.checkCounters(log.state());
        }
        if (random.nextInt(500) == 0) {
            withLeader(Leader::checkNothingMissed);
        }
    }

    /** An agent hears only of what concerns its own tasks. */
    private void tellAgents(ClusterState before, ClusterState after, Transaction transaction) {
        Set<String> concerned = new HashSet<>();
        for (String task : Invariants.changedTasks(transaction)) {
            before.task(task).map(Task::getNodeId).ifPresent(concerned::add);
            after.task(task).map(Task::getNodeId).ifPresent(concerned::add);
        }
        if (!concerned.isEmpty()) {
            for (Agent agent : agents) {
                if (concerned.contains(agent.nodeId())) {
                    agent.applied(after);
                }
            }
        }
    }

    private List<Mutation> cluster(ClusterState state) {
        List<Mutation> mutations = new ArrayList<>();
        mutations.add(Mutation.newBuilder()
                .setPutCluster(Cluster.newBuilder()
                        .setId("cluster")
                        .setTaskHistoryLimit(random.nextInt(4) == 0 ? random.nextInt(3) : 5)
                        .setNodeGrace(Durations.fromMillis(1_000 + random.nextInt(5_000))))
                .build());
        for (Agent agent : agents) {
            mutations.add(client.availability(state, agent.nodeId(), Node.Availability.ACTIVE));
        }
        return mutations;
    }

    /** Runs the action if there is a leader; says whether there was. */
    boolean withLeader(Consumer<Leader> action) {
        leader.ifPresent(action);
        return leader.isPresent();
    }

    Timeline timeline() {
        return timeline;
    }

    Random random() {
        return random;
    }

    Trace trace() {
        return trace;
    }

    Faults faults() {
        return faults;
    }

    Scarcity scarcity() {
        return scarcity;
    }

    String story() {
        return trace.toString();
    }

    ReplicatedLog log() {
        return log;
    }

    List<Agent> agents() {
        return agents;
    }

    Invariants invariants() {
        return invariants;
    }
}
