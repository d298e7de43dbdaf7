package dev.mure.manager.simulator;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import dev.mure.manager.planning.IdSource;
import dev.mure.manager.planning.RolloutStates;
import dev.mure.manager.rollout.Rollback;
import dev.mure.manager.rollout.RolloutControl;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.GlobalMode;
import dev.mure.v1.Label;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.PutNode;
import dev.mure.v1.ReplicatedMode;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.Revision;
import dev.mure.v1.Rollout;
import dev.mure.v1.Service;
import dev.mure.v1.SetRollout;
import dev.mure.v1.Share;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.UpdateConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Users: they create, scale, update, steer, roll back and remove services, and take nodes out of use, at the worst of times. */
final class Client {

    private static final int MOST_SERVICES = 2;
    private static final int MOST_REPLICAS = 6;

    private final World world;
    private final IdSource ids;
    private final Random random;

    Client(World world, IdSource ids) {
        this.world = world;
        this.ids = ids;
        this.random = world.random();
    }

    void actAtRandom() {
        world.withLeader(leader -> leader.decideForUser(this::decide));
    }

    private List<Mutation> decide(ClusterState state, long nowMillis) {
        List<Service> services = state.services().stream().filter(service -> !service.getRemoved()).toList();
        if (services.isEmpty() || (services.size() < MOST_SERVICES && random.nextInt(10) == 0)) {
            return create();
        }
        Service service = services.get(random.nextInt(services.size()));
        Optional<Rollout> rollout = state.rollout(service.getId());
        int dice = random.nextInt(100);
        if (rollout.filter(RolloutStates::paused).isPresent() && dice < 35) {
            return steerPaused(state, service, nowMillis);
        } else if (rollout.filter(RolloutStates::underWay).isPresent() && dice < 25) {
            return steer(state, service, nowMillis);
        } else if (dice < 50) {
            return update(state, service, Image.any(random).tagged(random.nextInt(1000)));
        } else if (dice < 54) {
            return updateToAnOldSpec(state, service);
        } else if (dice < 62) {
            return rollBack(state, service, nowMillis);
        } else if (dice < 74) {
            return service.hasGlobal()
                    ? availability(state)
                    : List.of(put(service.toBuilder().setReplicated(replicas())));
        } else if (dice < 82) {
            return List.of(put(configured(service.toBuilder())));
        } else if (dice < 97) {
            return availability(state);
        }
        return random.nextInt(2) == 0 ? List.of(put(service.toBuilder().setRemoved(true))) : List.of();
    }

    // ---- services

    private List<Mutation> create() {
        String id = "s" + ids.next();
        Image image = random.nextInt(4) == 0 ? Image.any(random) : Image.GOOD;
        Service.Builder service = configured(Service.newBuilder().setId(id).setName(id).setRevision(1));
        TaskSpec.Builder spec = TaskSpec.newBuilder()
                .setContainer(ContainerSpec.newBuilder()
                        .setImage(image.tagged(0))
                        .setStopGracePeriod(Durations.fromSeconds(10)))
                .setRestart(restartPolicy());
        world.scarcity().ask(spec);
        return List.of(
                revision(id, 1, spec.build()),
                put(random.nextInt(4) == 0
                        ? service.setGlobal(GlobalMode.getDefaultInstance())
                        : service.setReplicated(replicas())));
    }

    private List<Mutation> update(ClusterState state, Service service, String image) {
        TaskSpec.Builder spec = state.currentRevision(service).map(Revision::getTask).orElseThrow().toBuilder();
        if (random.nextInt(4) == 0) {
            spec.setRestart(restartPolicy());
        }
        if (!world.scarcity().onlyChanges()) {
            spec.getContainerBuilder().setImage(image);
        }
        world.scarcity().change(spec);
        long next = nextRevision(state, service);
        return updated(state, service, revision(service.getId(), next, spec.build()), next);
    }

    /** An update to a spec that the service had before: tasks that still run it are clean. */
    private List<Mutation> updateToAnOldSpec(ClusterState state, Service service) {
        Revision old = anyRevision(state, service);
        long next = nextRevision(state, service);
        return old.getNumber() == service.getRevision()
                ? List.of()
                : updated(state, service, revision(service.getId(), next, old.getTask()), next);
    }

    /** The rollout that is there is taken away with the update, or found by the planner to lead elsewhere. */
    private List<Mutation> updated(ClusterState state, Service service, Mutation revision, long number) {
        List<Mutation> mutations = new ArrayList<>();
        mutations.add(revision);
        mutations.add(put(service.toBuilder().setRevision(number)));
        if (random.nextBoolean() && state.rollout(service.getId()).isPresent()) {
            mutations.add(Mutation.newBuilder().setRemoveRollout(service.getId()).build());
        }
        return mutations;
    }

    private List<Mutation> rollBack(ClusterState state, Service service, long nowMillis) {
        Optional<Revision> target =
                random.nextBoolean() ? Rollback.target(state, service) : Optional.of(anyRevision(state, service));
        return target.filter(revision -> revision.getNumber() != service.getRevision())
                .map(revision -> Rollback.to(state, service, revision, "manually requested rollback", nowMillis))
                .orElseGet(List::of);
    }

    private Revision anyRevision(ClusterState state, Service service) {
        List<Revision> revisions = List.copyOf(state.revisionsOf(service.getId()));
        return revisions.get(random.nextInt(revisions.size()));
    }

    private static long nextRevision(ClusterState state, Service service) {
        return 1 + state.revisionsOf(service.getId())
                .stream()
                .mapToLong(Revision::getNumber)
                .reduce(service.getRevision(), Math::max);
    }

    // ---- rollouts

    private List<Mutation> steerPaused(ClusterState state, Service service, long nowMillis) {
        return mutations(switch (random.nextInt(10)) {
            case 0 -> RolloutControl.pause(state, service);
            case 1 -> RolloutControl.step(state, service, 1 + random.nextInt(3), nowMillis);
            case 2 -> RolloutControl.promote(state, service, nowMillis);
            case 3 -> RolloutControl.set(state, service, changes());
            case 4, 5 -> abort(state, service, nowMillis);
            default -> RolloutControl.resume(state, service, nowMillis);
        });
    }

    private List<Mutation> steer(ClusterState state, Service service, long nowMillis) {
        return mutations(switch (random.nextInt(7)) {
            case 0, 1 -> RolloutControl.pause(state, service);
            case 2 -> RolloutControl.step(state, service, 1 + random.nextInt(3), nowMillis);
            case 3 -> RolloutControl.promote(state, service, nowMillis);
            case 4 -> abort(state, service, nowMillis);
            default -> RolloutControl.set(state, service, changes());
        });
    }

    /** I18: it leads to a revision that is known to have worked. */
    private static RolloutControl.Outcome abort(ClusterState state, Service service, long nowMillis) {
        RolloutControl.Outcome outcome = RolloutControl.abort(state, service, nowMillis);
        mutations(outcome).stream()
                .filter(Mutation::hasPutService)
                .forEach(mutation -> Invariants.leadsToAStableRevision(state, mutation.getPutService()));
        return outcome;
    }

    private static List<Mutation> mutations(RolloutControl.Outcome outcome) {
        return outcome instanceof RolloutControl.Outcome.Changed(var mutations) ? mutations : List.of();
    }

    private SetRollout changes() {
        SetRollout.Builder changes = SetRollout.newBuilder();
        UpdateConfig policy = updateConfig();
        switch (random.nextInt(6)) {
            case 0 -> changes.setParallelism(policy.getParallelism());
            case 1 -> changes.setDelay(policy.getDelay());
            case 2 -> changes.setFailureAction(policy.getFailureAction());
            case 3 -> changes.setMaxFailureRatio(policy.getMaxFailureRatio());
            case 4 -> changes.setMinHealthy(policy.getMinHealthy());
            default -> changes.setStartDeadline(millis(1_000, 20_000)).setProgressDeadline(millis(1_000, 60_000));
        }
        return changes.build();
    }

    // ---- nodes

    private List<Mutation> availability(ClusterState state) {
        Node.Availability[] availabilities = {Node.Availability.ACTIVE, Node.Availability.ACTIVE,
            Node.Availability.PAUSE, Node.Availability.DRAIN};
        Agent agent = world.agents().get(random.nextInt(world.agents().size()));
        return List.of(availability(state, agent.nodeId(), availabilities[random.nextInt(availabilities.length)]));
    }

    Mutation availability(ClusterState state, String node, Node.Availability availability) {
        List<Label> labels = state.node(node).map(Node::getLabelsList).orElse(List.of());
        return Mutation.newBuilder()
                .setPutNode(PutNode.newBuilder()
                        .setId(node)
                        .setName(node)
                        .setAvailability(availability)
                        .addAllLabels(world.scarcity().labels(labels)))
                .build();
    }

    // ---- specs

    private static Mutation put(Service.Builder service) {
        return Mutation.newBuilder().setPutService(service).build();
    }

    private static Mutation revision(String serviceId, long number, TaskSpec spec) {
        return Mutation.newBuilder()
                .setPutRevision(Revision.newBuilder().setServiceId(serviceId).setNumber(number).setTask(spec))
                .build();
    }

    private ReplicatedMode replicas() {
        return ReplicatedMode.newBuilder()
                .setReplicas(random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(MOST_REPLICAS))
                .build();
    }

    private Service.Builder configured(Service.Builder service) {
        service.setUpdate(updateConfig()).setRollback(updateConfig());
        return random.nextInt(3) == 0 ? service.setMaxUnavailable(share(4)) : service.clearMaxUnavailable();
    }

    private UpdateConfig updateConfig() {
        UpdateConfig.FailureAction[] actions = {UpdateConfig.FailureAction.PAUSE, UpdateConfig.FailureAction.CONTINUE,
            UpdateConfig.FailureAction.ROLLBACK};
        UpdateConfig.Order[] orders =
                {UpdateConfig.Order.STOP_FIRST, UpdateConfig.Order.START_FIRST, UpdateConfig.Order.AUTO};
        UpdateConfig.Builder config = UpdateConfig.newBuilder()
                .setParallelism(share(4))
                .setMonitor(millis(1, 6_000))
                .setFailureAction(actions[random.nextInt(actions.length)])
                .setOrder(orders[random.nextInt(orders.length)])
                .setMaxFailureRatio(random.nextBoolean() ? 0 : random.nextFloat());
        if (random.nextInt(3) == 0) {
            config.setDelay(millis(0, 8_000));
        }
        if (random.nextInt(3) == 0) {
            config.setMinHealthy(millis(0, 5_000));
        }
        if (random.nextBoolean()) {
            config.setStartDeadline(millis(500, 20_000));
        }
        if (random.nextBoolean()) {
            config.setProgressDeadline(millis(500, 60_000));
        }
        if (random.nextInt(4) == 0) {
            config.setCanary(share(3));
            if (random.nextBoolean()) {
                config.setCanaryWait(millis(1, 10_000));
            }
        }
        for (int stages = random.nextInt(8); stages > 5; stages--) {
            config.addPauseAfter(share(5));
        }
        return config.build();
    }

    private Share share(int most) {
        return random.nextInt(4) == 0
                ? Share.newBuilder().setPercent(random.nextInt(101)).build()
                : Share.newBuilder().setCount(random.nextInt(most)).build();
    }

    private Duration millis(int least, int most) {
        return Durations.fromMillis(least + random.nextInt(most - least));
    }

    private RestartPolicy restartPolicy() {
        RestartPolicy.Condition[] conditions = {RestartPolicy.Condition.ANY, RestartPolicy.Condition.ANY,
            RestartPolicy.Condition.ANY, RestartPolicy.Condition.ON_FAILURE, RestartPolicy.Condition.NONE};
        RestartPolicy.Builder policy = RestartPolicy.newBuilder()
                .setCondition(conditions[random.nextInt(conditions.length)])
                .setDelay(random.nextInt(6) == 0 ? Durations.ZERO : millis(100, 5_000))
                .setMaxAttempts(random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0)
                .setWindow(random.nextBoolean() ? Durations.ZERO : millis(1, 30_000));
        if (random.nextBoolean()) {
            policy.setMaxDelay(millis(100, 30_000));
        }
        return policy.build();
    }
}
