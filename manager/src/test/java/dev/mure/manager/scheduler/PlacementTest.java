package dev.mure.manager.scheduler;

import static dev.mure.manager.scheduler.PlacementScenario.GIB;
import static dev.mure.manager.scheduler.PlacementScenario.cpus;
import static dev.mure.manager.scheduler.PlacementScenario.memory;
import static dev.mure.manager.scheduler.PlacementScenario.nodes;
import static dev.mure.manager.scheduler.PlacementScenario.only;
import static dev.mure.manager.scheduler.PlacementScenario.port;
import static dev.mure.v1.TaskState.TASK_STATE_FAILED;
import static dev.mure.v1.TaskState.TASK_STATE_READY;
import static dev.mure.v1.TaskState.TASK_STATE_REJECTED;
import static dev.mure.v1.TaskState.TASK_STATE_RUNNING;
import static dev.mure.v1.TaskState.TASK_STATE_SHUTDOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.v1.FailureKind;
import dev.mure.v1.Node.Availability;
import dev.mure.v1.PortConfig.Protocol;
import dev.mure.v1.UpdateConfig.Order;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What keeps tasks from nodes, what a replacement takes over, and when those that wait are tried again: update-semantics §9. */
class PlacementTest {

    @Nested
    class Reservations {

        @Test
        void aNodeIsFilledUpToWhatItHas() {
            PlacementScenario web = nodes("n1").service("web", cpus(1.5)).tasks("web", 3);
            assertThat(web.placement("web")).isEqualTo("n1 n1 -");
            assertThat(web.why("web.3")).isEqualTo("no suitable node (insufficient resources on 1 node)");
        }

        @Test
        void memoryCountsLikeCpus() {
            assertThat(nodes("n1", "n2").service("web", memory(5)).tasks("web", 3).placement("web"))
                    .isEqualTo("n1 n2 -");
        }

        @Test
        void exactlyWhatIsLeftIsEnough() {
            assertThat(nodes("n1").service("web", cpus(2), memory(4)).tasks("web", 3).placement("web"))
                    .isEqualTo("n1 n1 -");
        }

        @Test
        void aTaskWithoutReservationsFitsAnywhere() {
            PlacementScenario web = nodes("n1").service("web", cpus(4)).task("web", 1).service("free").task("free", 1);
            assertThat(web.placeOf("free.1")).isEqualTo("n1");
        }

        @Test
        void theyCountOverAllServices() {
            PlacementScenario web = nodes("n1", "n2").service("db", cpus(3)).task("db", 1);
            assertThat(web.service("web", cpus(2)).tasks("web", 2).placement("web")).isEqualTo("n2 n2");
        }

        @Test
        void aTaskThatIsToldToStopHoldsItsShareToItsEnd() {
            PlacementScenario web = nodes("n1").service("web", cpus(3)).task("web", 1).stop("web.1").task("web", 2);
            assertThat(web.placeOf("web.2")).isEqualTo("-");
            web.observe("web.1", TASK_STATE_SHUTDOWN);
            assertThat(web.placeOf("web.2")).isEqualTo("n1");
        }
    }

    @Nested
    class HostPorts {

        @Test
        void aPortOfANodeIsForOneTaskOfAllServices() {
            PlacementScenario web = nodes("n1", "n2").service("web", port(8080)).tasks("web", 1);
            assertThat(web.service("other", port(8080)).tasks("other", 2).placement("other")).isEqualTo("n2 -");
            assertThat(web.why("other.2")).isEqualTo("no suitable node (host-mode port already in use on 2 nodes)");
        }

        @Test
        void eachProtocolHasItsOwn() {
            PlacementScenario dns = nodes("n1").service("tcp", port(53)).task("tcp", 1);
            assertThat(dns.service("udp", port(53, Protocol.UDP)).task("udp", 1).placeOf("udp.1")).isEqualTo("n1");
            assertThat(dns.service("either", port(53, Protocol.PROTOCOL_UNSPECIFIED)).task("either", 1)
                    .placeOf("either.1"))
                    .isEqualTo("-");
        }

        @Test
        void thoseThatTheRuntimeChoosesNeverCollide() {
            assertThat(nodes("n1").service("web", port(0)).tasks("web", 3).placement("web")).isEqualTo("n1 n1 n1");
        }

        @Test
        void aTaskThatIsToldToStopHoldsThemToItsEnd() {
            PlacementScenario web = nodes("n1").service("web", port(80)).task("web", 1).stop("web.1").task("web", 2);
            assertThat(web.placeOf("web.2")).isEqualTo("-");
            assertThat(web.observe("web.1", TASK_STATE_FAILED).placeOf("web.2")).isEqualTo("n1");
        }
    }

    @Nested
    class WhereAtAll {

        @Test
        void onlyWhereConstraintsAreMet() {
            PlacementScenario web = nodes("n1", "n2").node("n3", machine -> machine.setArchitecture("aarch64"));
            assertThat(web.service("web", only("node.platform.arch==arm64")).tasks("web", 2).placement("web"))
                    .isEqualTo("n3 n3");
            assertThat(web.service("db", only("node.labels.disk==ssd")).task("db", 1).why("db.1"))
                    .isEqualTo("no suitable node (scheduling constraints not satisfied on 3 nodes)");
        }

        @Test
        void eachNodeTellsItsFirstObstacleTheMostFrequentFirst() {
            PlacementScenario web = nodes("n1", "n2", "n3", "n4").service("db", cpus(3))
                    .tasks("db", 2)
                    .availability("n3", Availability.PAUSE)
                    .service("web", cpus(2), only("node.id!=n4"), port(80))
                    .task("web", 1);
            assertThat(web.why("web.1")).isEqualTo("no suitable node (insufficient resources on 2 nodes;"
                    + " 1 node not available for new tasks; scheduling constraints not satisfied on 1 node)");
        }

        @Test
        void aTaskForOneNodeGetsThatOrNone() {
            PlacementScenario web = nodes("n1", "n2", "n3").service("agent", port(9100));
            assertThat(web.taskOn("agent", 1, "n2").placeOf("agent.1")).isEqualTo("n2");
            assertThat(web.taskOn("agent", 2, "n2").why("agent.2"))
                    .isEqualTo("no suitable node (host-mode port already in use on 1 node)");
            assertThat(web.availability("n3", Availability.PAUSE).taskOn("agent", 3, "n3").why("agent.3"))
                    .isEqualTo("no suitable node (1 node not available for new tasks)");
            assertThat(web.availability("n3", Availability.DRAIN).placeOf("agent.3")).isEqualTo("-");
            assertThat(web.availability("n3", Availability.ACTIVE).placeOf("agent.3")).isEqualTo("n3");
            assertThat(web.taskOn("agent", 4, "gone").why("agent.4")).isEqualTo("no suitable node");
        }
    }

    @Nested
    class Ranking {

        @Test
        void aNodeWhereTheSlotFailedThroughNoFaultOfItsOwnIsTriedLast() {
            PlacementScenario web = nodes("n1", "n2").service("web").task("web", 1);
            assertThat(web.placeOf("web.1")).isEqualTo("n1");
            web.observe("web.1", TASK_STATE_REJECTED, FailureKind.FAILURE_KIND_INFRASTRUCTURE).stop("web.1");
            assertThat(web.successor("web", 1).placeOf("web.1.2")).isEqualTo("n2");
            web.observe("web.1.2", TASK_STATE_REJECTED, FailureKind.FAILURE_KIND_INFRASTRUCTURE).stop("web.1.2");
            assertThat(web.successor("web", 1).placeOf("web.1.3")).isEqualTo("n2");
            web.observe("web.1.3", TASK_STATE_REJECTED, FailureKind.FAILURE_KIND_INFRASTRUCTURE).stop("web.1.3");
            assertThat(web.successor("web", 1).placeOf("web.1.4")).isEqualTo("n1");
        }

        @Test
        void itCountsMoreThanSpreading() {
            PlacementScenario web = nodes("n1", "n2").service("web").task("web", 2).stop("web.2");
            web.observe("web.2", TASK_STATE_FAILED).task("web", 3).task("web", 1);
            assertThat(web.placement("web")).isEqualTo("n2 n1 n1");
            web.observe("web.1", TASK_STATE_FAILED, FailureKind.FAILURE_KIND_INFRASTRUCTURE).stop("web.1");
            assertThat(web.successor("web", 1).placeOf("web.1.2")).isEqualTo("n1");
        }

        @Test
        void faultsOfTheImageAndOtherRevisionsDoNotCount() {
            PlacementScenario web = nodes("n1", "n2").service("web").task("web", 1);
            web.observe("web.1", TASK_STATE_FAILED, FailureKind.FAILURE_KIND_APPLICATION).stop("web.1");
            assertThat(web.successor("web", 1).placeOf("web.1.2")).isEqualTo("n1");
            web.observe("web.1.2", TASK_STATE_REJECTED, FailureKind.FAILURE_KIND_INFRASTRUCTURE).stop("web.1.2");
            assertThat(web.service("web", cpus(1)).successor("web", 1).placeOf("web.1.3")).isEqualTo("n1");
        }

        @Test
        void aReplacementGoesHomeUnlessHomeIsDrained() {
            PlacementScenario web = nodes("n1", "n2", "n3").service("web").tasks("web", 3);
            assertThat(web.successor("web", 2).placeOf("web.2.2")).isEqualTo("n2");
            assertThat(web.availability("n3", Availability.DRAIN).successor("web", 3).placeOf("web.3.2"))
                    .isEqualTo("n1");
        }

        @Test
        void aReplacementDoesNotGoHomeWhereConstraintsForbidIt() {
            PlacementScenario web = nodes("n1", "n2").service("web").task("web", 1);
            assertThat(web.service("web", only("node.id!=n1")).successor("web", 1).placeOf("web.1.2")).isEqualTo("n2");
        }
    }

    @Nested
    class Takeover {

        @Test
        void aReplacementTakesOverPortsAndReservationsOnItsPredecessorsNode() {
            PlacementScenario web = nodes("n1").service("web", cpus(3), port(80)).task("web", 1).successor("web", 1);
            assertThat(web.placement("web")).isEqualTo("n1 n1");
        }

        @Test
        void itNeedsRoomForWhatItAsksForBeyondThat() {
            PlacementScenario web =
                    nodes("n1").service("web", cpus(2)).task("web", 1).service("db", cpus(1)).task("db", 1);
            assertThat(web.service("web", cpus(4)).successor("web", 1).placeOf("web.1.2")).isEqualTo("-");
            assertThat(web.service("web", cpus(3)).successor("db", 1).stop("web.1.2").placeOf("db.1.2"))
                    .isEqualTo("n1");
        }

        @Test
        void predecessorAndSuccessorCountOnce() {
            PlacementScenario web = nodes("n1").service("web", cpus(2), port(80)).task("web", 1).successor("web", 1);
            assertThat(web.service("db", cpus(2)).task("db", 1).placeOf("db.1")).isEqualTo("n1");
            assertThat(web.service("full", cpus(1)).task("full", 1).placeOf("full.1")).isEqualTo("-");
            assertThat(web.service("other", port(80)).task("other", 1).placeOf("other.1")).isEqualTo("-");
        }

        @Test
        void wholeNodesCanBeReplacedAtOnce() {
            PlacementScenario web = nodes("n1", "n2").service("web", cpus(2)).tasks("web", 4);
            assertThat(web.successors("web", 1, 2, 3, 4).placement("web")).isEqualTo("n1 n1 n2 n2 n1 n1 n2 n2");
        }

        @Test
        void whatALargerSuccessorNeedsIsKeptForIt() {
            PlacementScenario web = nodes("n1").service("web", cpus(1)).task("web", 1);
            web.service("web", cpus(3)).successor("web", 1);
            assertThat(web.placeOf("web.1.2")).isEqualTo("n1");
            assertThat(web.service("db", cpus(2)).task("db", 1).placeOf("db.1")).isEqualTo("-");
            assertThat(web.service("small", cpus(1)).task("small", 1).placeOf("small.1")).isEqualTo("n1");
        }

        @Test
        void aSuccessorThatIsNotHeldBackTakesNothingOver() {
            PlacementScenario web = nodes("n1").service("web", port(80)).task("web", 1).task("web", 1);
            assertThat(web.placement("web")).isEqualTo("n1 -");
        }

        @Test
        void whereTheNewTaskRunsBesideTheOldOneNothingIsTakenOver() {
            PlacementScenario web = nodes("n1", "n2").service("web", port(80)).task("web", 1);
            web.rollout("web", Order.STOP_FIRST, Order.START_FIRST).successor("web", 1);
            assertThat(web.placement("web")).isEqualTo("n1 n2");
            assertThat(web.service("other", port(80)).task("other", 1).placeOf("other.1")).isEqualTo("-");
        }

        @Test
        void besideTheOldOneOnTheSameNodeBothCount() {
            PlacementScenario web = nodes("n1").service("web", cpus(2)).task("web", 1);
            web.rollout("web", Order.AUTO, Order.START_FIRST).successor("web", 1);
            assertThat(web.placement("web")).isEqualTo("n1 n1");
            assertThat(web.service("small", cpus(1)).task("small", 1).placeOf("small.1")).isEqualTo("-");
        }

        @Test
        void whatWasStoppedBeforeItWasSeenToStartMayRunBesideTheOthers() {
            PlacementScenario web =
                    nodes("n1").service("web", cpus(2)).task("web", 1).observe("web.1", TASK_STATE_RUNNING);
            web.rollout("web", Order.START_FIRST, Order.START_FIRST).successor("web", 1);
            web.desire("web.1.2", TASK_STATE_RUNNING).stop("web.1.2").rollout("web", Order.STOP_FIRST,
                    Order.STOP_FIRST);
            assertThat(web.service("db", cpus(1)).task("db", 1).placeOf("db.1")).isEqualTo("-");
            assertThat(web.observe("web.1.2", TASK_STATE_SHUTDOWN).placeOf("db.1")).isEqualTo("n1");
        }

        @Test
        void nothingIsTakenOverFromItByATaskThatStartsAtOnce() {
            PlacementScenario web = nodes("n1").service("web", port(80)).task("web", 1).stop("web.1").task("web", 1);
            assertThat(web.placement("web")).isEqualTo("n1 -");
            assertThat(web.observe("web.1", TASK_STATE_SHUTDOWN).placeOf("web.1.2")).isEqualTo("n1");
        }

        @Test
        void nothingIsTakenOverFromItThatItOnlyPreparedToTakeOverItself() {
            PlacementScenario web =
                    nodes("n1").service("web", cpus(3)).task("web", 1).observe("web.1", TASK_STATE_RUNNING);
            web.successor("web", 1).stop("web.1.2");
            assertThat(web.service("web", cpus(5)).successor("web", 1).placeOf("web.1.3")).isEqualTo("-");
        }

        @Test
        void whatWaitedForTheEndOfAnotherRunsAfterIt() {
            PlacementScenario web =
                    nodes("n1").service("web", cpus(2)).task("web", 1).observe("web.1", TASK_STATE_RUNNING);
            web.successor("web", 1).stop("web.1").startAfter("web.1.2", "web.1").observe("web.1", TASK_STATE_SHUTDOWN);
            assertThat(web.task("web", 1).placeOf("web.1.3")).isEqualTo("n1");
            assertThat(web.service("db", cpus(1)).task("db", 1).placeOf("db.1")).isEqualTo("-");
        }

        @Test
        void untilAnOrderIsDecidedThePolicyCounts() {
            PlacementScenario web = nodes("n1").service("web", port(80)).task("web", 1);
            web.rollout("web", Order.AUTO, Order.ORDER_UNSPECIFIED).successor("web", 1);
            assertThat(web.placeOf("web.1.2")).isEqualTo("-");
            assertThat(web.rollout("web", Order.AUTO, Order.STOP_FIRST).placeOf("web.1.2")).isEqualTo("n1");
        }
    }

    @Nested
    class Waiting {

        @Test
        void endsWhenATaskElsewhereEnds() {
            PlacementScenario web =
                    nodes("n1").service("db", cpus(4)).task("db", 1).service("web", cpus(1)).task("web", 1);
            assertThat(web.placeOf("web.1")).isEqualTo("-");
            assertThat(web.observe("db.1", TASK_STATE_FAILED).placeOf("web.1")).isEqualTo("n1");
        }

        @Test
        void endsWhenATaskElsewhereIsForgotten() {
            PlacementScenario web =
                    nodes("n1").service("db", cpus(4)).task("db", 1).service("web", cpus(1)).task("web", 1);
            assertThat(web.forget("db.1").placeOf("web.1")).isEqualTo("n1");
        }

        @Test
        void endsWhenANodeGetsTheLabel() {
            PlacementScenario web = nodes("n1").service("web", only("node.labels.zone==a")).task("web", 1);
            assertThat(web.placeOf("web.1")).isEqualTo("-");
            assertThat(web.label("n1", "zone", "b").placeOf("web.1")).isEqualTo("-");
            assertThat(web.label("n1", "zone", "a").placeOf("web.1")).isEqualTo("n1");
        }

        @Test
        void endsWhenANodeGrowsOrComes() {
            PlacementScenario web = nodes("n1").service("web", memory(16)).tasks("web", 2);
            assertThat(web.describe("n1", machine -> machine.setMemoryBytes(16 * GIB)).placement("web"))
                    .isEqualTo("n1 -");
            assertThat(web.node("n2", machine -> machine.setMemoryBytes(32 * GIB)).placement("web")).isEqualTo("n1 n2");
        }

        @Test
        void endsWhenTheTasksOfASlotElsewhereAreToFollowOneAnother() {
            PlacementScenario web = nodes("n1").service("db", cpus(2)).task("db", 1);
            web.rollout("db", Order.AUTO, Order.ORDER_UNSPECIFIED).successor("db", 1);
            assertThat(web.service("web", cpus(1)).task("web", 1).placeOf("web.1")).isEqualTo("-");
            assertThat(web.rollout("db", Order.AUTO, Order.STOP_FIRST).placeOf("web.1")).isEqualTo("n1");
        }

        @Test
        void whatIsSmallEnoughDoesNotWaitForWhatIsTooLarge() {
            PlacementScenario web = nodes("n1").service("large", cpus(5)).task("large", 1).service("web", cpus(1));
            assertThat(web.task("web", 1).placeOf("web.1")).isEqualTo("n1");
        }

        @Test
        void theOldestThatFitsComesFirst() {
            PlacementScenario web = nodes("n1").service("db", cpus(4)).task("db", 1).service("web", cpus(3));
            web.task("web", 2).task("web", 1);
            assertThat(web.observe("db.1", TASK_STATE_FAILED).placement("web")).isEqualTo("- n1");
        }

        @Test
        void theReasonFollowsWhatOthersTake() {
            PlacementScenario web = nodes("n1").service("db", port(80)).task("db", 1);
            web.service("web", cpus(3), port(80)).task("web", 1);
            assertThat(web.why("web.1")).isEqualTo("no suitable node (host-mode port already in use on 1 node)");
            web.service("large", cpus(2)).task("large", 1);
            assertThat(web.why("web.1")).isEqualTo("no suitable node (insufficient resources on 1 node)");
        }

        @Test
        void theReasonIsWrittenOnlyWhenItChanges() {
            PlacementScenario web = nodes("n1", "n2").service("db", cpus(1)).tasks("db", 2);
            web.service("web", cpus(5)).tasks("web", 3);
            int before = web.decisions();
            web.observe("db.1", TASK_STATE_RUNNING).observe("db.2", TASK_STATE_FAILED).forget("db.2");
            assertThat(web.decisions()).isEqualTo(before);
        }

        @Test
        void aTaskThatIsNoLongerWantedStopsWaiting() {
            PlacementScenario web =
                    nodes("n1").service("db", cpus(4)).task("db", 1).service("web", cpus(1)).task("web", 1);
            assertThat(web.stop("web.1").observe("db.1", TASK_STATE_FAILED).placeOf("web.1")).isEqualTo("-");
        }
    }

    @Nested
    class RoomBeside {

        @Test
        void isThereWhereAnyNodeHasIt() {
            assertThat(nodes("n1", "n2").service("web", port(80)).task("web", 1).missingBeside("web.1")).isEmpty();
            assertThat(nodes("n1").service("web", cpus(2)).task("web", 1).missingBeside("web.1")).isEmpty();
        }

        @Test
        void saysWhatIsMissing() {
            assertThat(nodes("n1", "n2", "n3").service("web", port(80)).tasks("web", 3).missingBeside("web.2"))
                    .contains("host-mode port already in use on 3 nodes");
            assertThat(nodes("n1").service("web", cpus(3)).task("web", 1).missingBeside("web.1"))
                    .contains("insufficient resources on 1 node");
        }

        @Test
        void goesByTheSpecThatIsAskedFor() {
            PlacementScenario web = nodes("n1", "n2").service("web").task("web", 1);
            assertThat(web.service("web", only("node.id==n3")).missingBeside("web.1"))
                    .contains("scheduling constraints not satisfied on 2 nodes");
        }

        @Test
        void ofATaskForOneNodeCountsOnlyThere() {
            PlacementScenario web = nodes("n1", "n2").service("agent", port(9100)).taskOn("agent", 1, "n1");
            assertThat(web.missingBeside("agent.1")).contains("host-mode port already in use on 1 node");
        }

        @Test
        void ofANewTaskThatIsPlacedCountsOnlyOnItsNode() {
            PlacementScenario home = nodes("n1", "n2").service("web", cpus(3), port(80)).task("web", 1)
                    .availability("n2", Availability.PAUSE)
                    .successor("web", 1)
                    .availability("n2", Availability.ACTIVE);
            assertThat(home.placement("web")).isEqualTo("n1 n1");
            assertThat(home.missingBeside("web.1")).contains("insufficient resources on 1 node");

            PlacementScenario away = nodes("n1", "n2").service("web", cpus(3), port(80)).task("web", 1)
                    .rollout("web", Order.AUTO, Order.ORDER_UNSPECIFIED)
                    .successor("web", 1);
            assertThat(away.placement("web")).isEqualTo("n1 n2");
            assertThat(away.missingBeside("web.1")).isEmpty();
        }

        @Test
        void countsAPlaceThatIsStillBeingLeft() {
            PlacementScenario web = nodes("n1", "n2").service("web", port(80)).tasks("web", 2).stop("web.2");
            assertThat(web.missingBeside("web.1")).contains("host-mode port already in use on 2 nodes");
            assertThat(web.observe("web.2", TASK_STATE_SHUTDOWN).missingBeside("web.1")).isEmpty();
        }
    }

    @Test
    void aTaskThatIsPreparedTakesItsPlace() {
        PlacementScenario web = nodes("n1").service("web", port(80)).task("web", 1).observe("web.1", TASK_STATE_READY);
        assertThat(web.service("other", port(80)).task("other", 1).placeOf("other.1")).isEqualTo("-");
    }
}
