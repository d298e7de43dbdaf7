package dev.mure.manager.simulator;

import com.google.protobuf.util.Durations;
import dev.mure.manager.planning.IdSource;
import dev.mure.manager.rollout.RolloutControl;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.Mutation;
import dev.mure.v1.ReplicatedMode;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.Revision;
import dev.mure.v1.RolloutState;
import dev.mure.v1.Service;
import dev.mure.v1.Share;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.UpdateConfig;
import java.util.List;
import java.util.Random;

/** Users: they create, scale, update, resume and remove services at the worst of times. */
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
        world.withLeader(leader -> leader.decide(this::decide));
    }

    private List<Mutation> decide(ClusterState state, long nowMillis) {
        List<Service> services = state.services().stream().filter(service -> !service.getRemoved()).toList();
        if (services.isEmpty() || (services.size() < MOST_SERVICES && random.nextInt(10) == 0)) {
            return create();
        }
        Service service = services.get(random.nextInt(services.size()));
        boolean paused = state.rollout(service.getId())
                .filter(rollout -> rollout.getState() == RolloutState.ROLLOUT_STATE_PAUSED)
                .isPresent();
        int dice = random.nextInt(20);
        if (paused && dice < 8) {
            return resume(state, service, nowMillis);
        } else if (dice < 11) {
            return update(state, service, Image.any(random).tagged(random.nextInt(1000)));
        } else if (dice < 12) {
            return goBack(state, service);
        } else if (dice < 16) {
            return List.of(put(service.toBuilder().setReplicated(replicas())));
        } else if (dice < 19) {
            return List.of(put(service.toBuilder().setUpdate(updateConfig())));
        }
        return random.nextInt(3) == 0 ? List.of(put(service.toBuilder().setRemoved(true))) : List.of();
    }

    private List<Mutation> create() {
        String id = "s" + ids.next();
        Image image = random.nextInt(4) == 0 ? Image.any(random) : Image.GOOD;
        return List.of(
                revision(id, 1, image.tagged(0), restartPolicy()),
                put(Service.newBuilder()
                        .setId(id)
                        .setName(id)
                        .setReplicated(replicas())
                        .setUpdate(updateConfig())
                        .setRevision(1)));
    }

    private List<Mutation> update(ClusterState state, Service service, String image) {
        RestartPolicy policy = random.nextInt(4) == 0
                ? restartPolicy()
                : state.currentRevision(service).map(Revision::getTask).map(TaskSpec::getRestart).orElseThrow();
        long next = service.getRevision() + 1;
        return List.of(revision(service.getId(), next, image, policy), put(service.toBuilder().setRevision(next)));
    }

    /** An update to a spec that the service had before: tasks that still run it are clean. */
    private List<Mutation> goBack(ClusterState state, Service service) {
        List<Revision> revisions = List.copyOf(state.revisionsOf(service.getId()));
        Revision old = revisions.get(random.nextInt(revisions.size()));
        long next = service.getRevision() + 1;
        return old.getNumber() == service.getRevision()
                ? List.of()
                : List.of(
                        Mutation.newBuilder().setPutRevision(old.toBuilder().clearMeta().setNumber(next)).build(),
                        put(service.toBuilder().setRevision(next)));
    }

    private static List<Mutation> resume(ClusterState state, Service service, long nowMillis) {
        return RolloutControl.resume(state, service, nowMillis) instanceof RolloutControl.Outcome.Changed(var mutations)
                ? mutations
                : List.of();
    }

    private static Mutation put(Service.Builder service) {
        return Mutation.newBuilder().setPutService(service).build();
    }

    private static Mutation revision(String serviceId, long number, String image, RestartPolicy policy) {
        return Mutation.newBuilder()
                .setPutRevision(Revision.newBuilder()
                        .setServiceId(serviceId)
                        .setNumber(number)
                        .setTask(TaskSpec.newBuilder()
                                .setContainer(ContainerSpec.newBuilder().setImage(image))
                                .setRestart(policy)))
                .build();
    }

    private ReplicatedMode replicas() {
        return ReplicatedMode.newBuilder()
                .setReplicas(random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(MOST_REPLICAS))
                .build();
    }

    private UpdateConfig updateConfig() {
        return UpdateConfig.newBuilder()
                .setParallelism(Share.newBuilder().setCount(random.nextInt(4)))
                .setDelay(Durations.fromMillis(random.nextBoolean() ? 0 : random.nextInt(8_000)))
                .setMonitor(Durations.fromMillis(1 + random.nextInt(6_000)))
                .setFailureAction(
                        random.nextInt(3) == 0 ? UpdateConfig.FailureAction.CONTINUE : UpdateConfig.FailureAction.PAUSE)
                .setMaxFailureRatio(random.nextBoolean() ? 0 : random.nextFloat())
                .build();
    }

    private RestartPolicy restartPolicy() {
        RestartPolicy.Condition[] conditions = {RestartPolicy.Condition.ANY, RestartPolicy.Condition.ANY,
            RestartPolicy.Condition.ANY, RestartPolicy.Condition.ON_FAILURE, RestartPolicy.Condition.NONE};
        return RestartPolicy.newBuilder()
                .setCondition(conditions[random.nextInt(conditions.length)])
                .setDelay(Durations.fromMillis(random.nextInt(4) == 0 ? 0 : random.nextInt(5_000)))
                .setMaxAttempts(random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0)
                .setWindow(Durations.fromMillis(random.nextBoolean() ? 0 : random.nextInt(30_000)))
                .build();
    }
}
