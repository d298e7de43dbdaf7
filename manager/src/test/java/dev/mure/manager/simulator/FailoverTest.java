package dev.mure.manager.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.mure.manager.planning.Scenario;
import dev.mure.manager.planning.Scenario.Failover;
import dev.mure.manager.rollout.RolloutControl;
import dev.mure.v1.FailureKind;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.Rollout;
import dev.mure.v1.Share;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.Transaction;
import dev.mure.v1.UpdateConfig.FailureAction;
import dev.mure.v1.UpdateConfig.Order;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The leader is killed at every step of a rollout, with every part of its last decision surviving: the decisions per slot, and those
 * about the rollout, equal the ones without the kill, apart from time and ids.
 */
class FailoverTest {

    private static final Failover NEVER = new Failover(-1, 0, 0);

    record Story(String name, UnaryOperator<Scenario> told) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Story> stories() {
        return Stream.of(
                new Story("an update with a delay", web -> web.create("v1", 3)
                        .policy(update -> update.setDelay(Durations.fromSeconds(2)))
                        .settle()
                        .update("v2")
                        .settleFor(20_000)),
                new Story("two lanes", web -> web.create("v1", 4)
                        .policy(update -> update.setParallelism(Share.newBuilder().setCount(2)))
                        .settle()
                        .update("v2")
                        .settleFor(10_000)),
                new Story("a failure that pauses, and a resume", web -> web.create("v1", 3)
                        .settle()
                        .update("crash")
                        .settleFor(1_000)
                        .update("v3")
                        .settleFor(20_000)),
                new Story("an image that does not exist", web -> web.create("v1", 5)
                        .policy(update -> update.setMaxFailureRatio(0.25f))
                        .settle()
                        .update("bad")
                        .settleFor(3_000)
                        .resume()
                        .settleFor(3_000)),
                new Story("crashes that are not acted on", web -> web.create("v1", 2)
                        .policy(update -> update.setFailureAction(FailureAction.CONTINUE))
                        .settle()
                        .update("crash")
                        .settleFor(8_000)),
                new Story("an update that rolls itself back", web -> stable(web, 3)
                        .policy(update -> update.setFailureAction(FailureAction.ROLLBACK))
                        .update("crash")
                        .settleFor(8_000)),
                new Story("a rollback by hand, of a finished update and of one under way", web -> stable(web, 3)
                        .update("v2")
                        .settleFor(7_000)
                        .rollback()
                        .settleFor(7_000)
                        .update("v3")
                        .agents(3)
                        .rollback()
                        .settleFor(7_000)),
                new Story("a canary that is watched, and a stage that is resumed", web -> stable(web, 4)
                        .policy(update -> update.setCanary(count(1))
                                .setCanaryWait(Durations.fromSeconds(2))
                                .addPauseAfter(count(3)))
                        .update("v2")
                        .settleFor(11_000)
                        .resume()
                        .settleFor(7_000)),
                new Story("pause, steps and promotion by hand", web -> {
                    stable(web, 4).policy(update -> update.setCanary(count(1))).update("v2").agents(2);
                    web.steer(RolloutControl.pause(web.state(), web.service())).settleFor(1_000);
                    web.steer(RolloutControl.step(web.state(), web.service(), 1, web.now())).settleFor(1_000);
                    web.steer(RolloutControl.promote(web.state(), web.service(), web.now())).settleFor(8_000);
                    return web;
                }),
                new Story("an abort", web -> {
                    stable(web, 3).update("v2").agents(3);
                    web.steer(RolloutControl.abort(web.state(), web.service(), web.now())).settleFor(8_000);
                    return web;
                }),
                new Story("start-first, good after a while", web -> stable(web, 3)
                        .policy(update -> update.setOrder(Order.START_FIRST).setMinHealthy(Durations.fromSeconds(1)))
                        .update("v2")
                        .settleFor(10_000)),
                new Story("start-first, with an image that crashes", web -> stable(web, 2)
                        .policy(update -> update.setOrder(Order.START_FIRST).setMaxFailureRatio(0.5f))
                        .update("crash")
                        .settleFor(8_000)),
                new Story("a deadline per slot that passes", web -> stable(web, 3)
                        .policy(update -> update.setStartDeadline(Durations.fromSeconds(2)).setMaxFailureRatio(0.5f))
                        .update("hang")
                        .settleFor(40_000)),
                new Story("a deadline per rollout that passes", web -> stable(web, 2)
                        .policy(update -> update.setStartDeadline(Durations.fromSeconds(1))
                                .setProgressDeadline(Durations.fromSeconds(12))
                                .setFailureAction(FailureAction.CONTINUE)
                                .setOrder(Order.START_FIRST))
                        .update("hang")
                        .settleFor(20_000)),
                new Story("failures that are the nodes' fault", web -> stable(web, 3).update("v2")
                        .fail(1, TaskState.TASK_STATE_REJECTED, FailureKind.FAILURE_KIND_INFRASTRUCTURE)
                        .pass(1_000)
                        .fail(1, TaskState.TASK_STATE_REJECTED, FailureKind.FAILURE_KIND_INFRASTRUCTURE)
                        .settleFor(12_000)),
                new Story("a node that is emptied during an update", web -> stable(web, 4).update("v2")
                        .agents(2)
                        .availability("n1", Node.Availability.DRAIN)
                        .settleFor(10_000)),
                new Story("a node that is emptied, start-first", web -> stable(web, 3)
                        .policy(update -> update.setOrder(Order.START_FIRST))
                        .availability("n1", Node.Availability.DRAIN)
                        .settleFor(8_000)),
                new Story("a global service", web -> web.createGlobal("v1")
                        .settleFor(6_000)
                        .update("v2")
                        .agents(2)
                        .availability("n3", Node.Availability.DRAIN)
                        .settleFor(8_000)
                        .availability("n3", Node.Availability.ACTIVE)
                        .settleFor(2_000)),
                new Story("scaling during an update", web -> stable(web, 3).update("v2")
                        .agents(2)
                        .scale(5)
                        .agents(2)
                        .scale(2)
                        .settleFor(8_000)));
    }

    /** The first revision has been seen to work. */
    private static Scenario stable(Scenario web, int replicas) {
        return web.create("v1", replicas).settleFor(6_000);
    }

    private static Share count(int slots) {
        return Share.newBuilder().setCount(slots).build();
    }

    @ParameterizedTest
    @MethodSource("stories")
    void theNewLeaderDecidesWhatTheOldOneWouldHave(Story story) {
        Scenario undisturbed = story.told().apply(Scenario.nodes(3, NEVER));
        Map<String, List<String>> expected = decisions(undisturbed);
        List<Transaction> steps = undisturbed.decisions();
        int before = Scenario.nodes(3, NEVER).decisions().size();
        for (int planning = 0; planning < steps.size() - before; planning++) {
            for (int survivors = 0; survivors < steps.get(planning + before).getMutationsCount(); survivors++) {
                for (long outage : new long[]{0, 150}) {
                    Failover failover = new Failover(planning, survivors, outage);
                    Scenario disturbed = story.told().apply(Scenario.nodes(3, failover));
                    assertThat(decisions(disturbed)).as(failover.toString()).isEqualTo(expected);
                }
            }
        }
    }

    /** What was decided by planners and users, per slot and for the rollout, each in its order. A task is named by its place among those of its slot. */
    private static Map<String, List<String>> decisions(Scenario scenario) {
        Map<String, String> names = new HashMap<>();
        Map<Integer, Integer> made = new HashMap<>();
        Map<String, List<String>> told = new TreeMap<>();
        for (Transaction transaction : scenario.history()) {
            for (Mutation mutation : transaction.getMutationsList()) {
                if (mutation.hasCreateTask()) {
                    Task task = mutation.getCreateTask();
                    names.put(task.getId(), task.getSlot() + "#" + made.merge(task.getSlot(), 1, Integer::sum));
                }
                tell(mutation, names, told);
            }
        }
        return told;
    }

    private static void tell(Mutation mutation, Map<String, String> names, Map<String, List<String>> told) {
        switch (mutation.getKindCase()) {
            case CREATE_TASK -> tell(told, names.get(mutation.getCreateTask().getId()),
                    "create r" + mutation.getCreateTask().getRevision());
            // Where a task goes and when it may start is decided independently.
            case ASSIGN_TASK -> tell(told, names.get(mutation.getAssignTask().getTaskId()) + " is placed",
                    "on " + mutation.getAssignTask().getNodeId());
            case SET_DESIRED_STATE -> tell(told, names.get(mutation.getSetDesiredState().getTaskId()),
                    Describe.state(mutation.getSetDesiredState().getState()) + " after "
                            + names.getOrDefault(mutation.getSetDesiredState().getStartAfterStopOf(), "none"));
            case REMOVE_TASK -> tell(told, names.get(mutation.getRemoveTask()), "forget");
            case PUT_ROLLOUT -> tellOnce(told, "rollout", rollout(mutation.getPutRollout(), names));
            case OBSERVE_TASK, OPEN_SESSION, LOSE_SESSION -> {
                // What agents do is part of the story.
            }
            case LEADER_BEGAN -> {
                // The kill itself.
            }
            default -> tell(told, "cluster", mutation.getKindCase().name());
        }
    }

    private static void tell(Map<String, List<String>> told, @org.jspecify.annotations.Nullable String about,
            String what) {
        told.computeIfAbsent(String.valueOf(about), name -> new ArrayList<>()).add(what);
    }

    /** A new leader may write the same progress once more, with another time. */
    private static void tellOnce(Map<String, List<String>> told, String about, String what) {
        List<String> lines = told.computeIfAbsent(about, name -> new ArrayList<>());
        if (lines.isEmpty() || !lines.getLast().equals(what)) {
            lines.add(what);
        }
    }

    private static String rollout(Rollout rollout, Map<String, String> names) {
        String message = rollout.getMessage();
        for (Map.Entry<String, String> name : names.entrySet()) {
            message = message.replaceAll("\\b" + name.getKey() + "\\b", name.getValue());
        }
        return rollout.getToRevision() + " " + message + " of " + rollout.getSlotsTotal() + ", "
                + rollout.getReleasedSlots() + " released, failure "
                + names.getOrDefault(rollout.getFailure().getTaskId(), "none")
                + rollout.getSlotsList()
                        .stream()
                        .map(slot -> progress(slot, names))
                        .collect(Collectors.toList());
    }

    private static String progress(SlotProgress slot, Map<String, String> names) {
        return slot.getSlot() + (slot.getSettledClockMillis() > 0 ? " settled" : "")
                + (slot.getGood() ? " good" : "")
                + (slot.getStartedClockMillis() > 0 ? " " + slot.getOrder() : "")
                + (slot.getRetryClockMillis() > 0 ? " retry" : "")
                + (slot.getInfrastructureFailures() > 0 ? " " + slot.getInfrastructureFailures() + " excused" : "")
                + names.getOrDefault(slot.getFailedTaskId(), "");
    }
}
