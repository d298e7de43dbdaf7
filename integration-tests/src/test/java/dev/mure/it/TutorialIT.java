package dev.mure.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mure.it.cluster.CliResult;
import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.cluster.MureCli;
import dev.mure.it.cluster.RunningCli;
import dev.mure.it.golden.DockerTable;
import dev.mure.it.golden.GoldenText;
import dev.mure.v1.Task;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Docker's tutorial on rolling updates, step by step with its own words, and the pages before and after it. */
class TutorialIT {

    private static final Duration UPDATE_LIMIT = Duration.ofSeconds(90);

    /** One node is a manager and an agent, as on the machines of the tutorial. */
    @RegisterExtension
    static final SharedCluster SHARED = SharedCluster.ofProcesses(new ClusterShape(3, 2, true));

    /** A shell on a machine that runs a manager. */
    private final MureCli mure = SHARED.get().cli(SHARED.get().manager("m1").host());

    @Test
    void appliesRollingUpdatesToAService() {
        LocalCluster cluster = SHARED.get();
        listsTheNodes();
        createsTheService();
        List<Task> before = new ObservedService(cluster, "redis").tasks();
        updatesIt();
        new ObservedService(cluster, "redis").assertEachSlotReplacedOnce(before, 2);
        pausesAtAFailureAndGoesOn();
        scalesIt();
        removesIt();
    }

    private void listsTheNodes() {
        String nodes = mure.run("node", "ls").succeeded();
        golden("node-ls").assertMatchesTable(nodes);
        assertThat(DockerTable.parse(nodes).column("MANAGER STATUS")).containsOnlyOnce("Leader");
    }

    private void createsTheService() {
        String created = mure.run("service", "create", "--replicas", "3", "--name", "redis", "--update-delay", "10s",
                "redis:3.0.6").succeeded();
        List<String> lines = created.lines().toList();
        assertThat(lines.getFirst()).matches("[0-9a-z]{25}");
        assertThat(lines.getLast()).isEqualTo("verify: Service " + lines.getFirst() + " converged");
        golden("inspect-created").assertMatches(inspect());
        golden("ps-created").assertMatchesTable(ps());
        golden("ls").assertMatchesTable(mure.run("service", "ls").succeeded());
        ObservedService.assertMachineMatchesState(SHARED.get());
        assertThat(DockerTable.parse(ps()).column("NODE")).as("spread").doesNotHaveDuplicates();
    }

    private void updatesIt() {
        RunningCli update = mure.start("service", "update", "--image", "redis:3.0.7", "redis");
        await("some tasks run the new image and some the old").atMost(LocalCluster.SETTLE_LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(runningImages()).contains("redis:3.0.6", "redis:3.0.7"));
        golden("inspect-updating").assertMatches(inspect());
        CliResult result = update.await(UPDATE_LIMIT);
        List<String> lines = result.succeeded().lines().toList();
        assertThat(lines.getFirst()).isEqualTo("redis");
        assertThat(lines.getLast()).isEqualTo("verify: Service redis converged");
        assertThat(result.took()).as("an update with two delays of ten seconds").isGreaterThan(Duration.ofSeconds(20));
        golden("inspect-completed").assertMatches(inspect());
        golden("ps-updated").assertMatchesTable(ps());
        ObservedService.assertMachineMatchesState(SHARED.get());
    }

    private void pausesAtAFailureAndGoesOn() {
        CliResult update =
                mure.run("service", "update", "--image", "redis:bad", "--update-delay", "1s", "redis");
        assertThat(update.exitCode()).as("exit code of %s", update).isEqualTo(10);
        assertThat(update.err().lines().findFirst().orElse("")).matches("service update paused: "
                + "update paused due to failure or early termination of task [0-9a-z]{25}");
        golden("inspect-paused").assertMatches(inspect());
        assertThat(DockerTable.parse(ps()).column("ERROR")).contains("\"task: non-zero exit (1)\"");
        assertThat(runningImages()).as("what the pause protects").containsExactly("redis:3.0.7", "redis:3.0.7");

        SHARED.get().steering().repairBadImage();
        List<String> lines = mure.run("service", "update", "redis").succeeded().lines().toList();
        assertThat(lines.getFirst()).isEqualTo("redis");
        assertThat(lines.getLast()).isEqualTo("verify: Service redis converged");
        assertThat(inspect()).contains(" State:\t\tcompleted\n");
        assertThat(runningImages()).containsExactly("redis:bad", "redis:bad", "redis:bad");
    }

    private void scalesIt() {
        assertThat(mure.run("service", "scale", "redis=5").succeeded().lines().toList())
                .startsWith("redis scaled to 5").endsWith("verify: Service redis converged");
        assertThat(DockerTable.parse(mure.run("service", "ls").succeeded()).column("REPLICAS")).containsExactly("5/5");
        mure.run("service", "scale", "redis=2").succeeded();
        assertThat(DockerTable.parse(mure.run("service", "ls").succeeded()).column("REPLICAS")).containsExactly("2/2");
        ObservedService.assertMachineMatchesState(SHARED.get());
    }

    private void removesIt() {
        assertThat(mure.run("service", "rm", "redis").succeeded()).isEqualTo("redis\n");
        assertThat(DockerTable.parse(mure.run("service", "ls").succeeded()).rows()).isEmpty();
        await("all tasks are gone").atMost(LocalCluster.SETTLE_LIMIT).pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> {
                    assertThat(SHARED.get().taskProcesses()).isEmpty();
                    assertThat(SHARED.get().control().tasks()).isEmpty();
                });
    }

    private String inspect() {
        return mure.run("service", "inspect", "--pretty", "redis").succeeded();
    }

    private String ps() {
        return mure.run("service", "ps", "redis").succeeded();
    }

    private List<String> runningImages() {
        return DockerTable.parse(ps()).rows().stream()
                .filter(row -> row.get(4).equals("Running") && row.get(5).startsWith("Running "))
                .map(row -> row.get(2)).toList();
    }

    private static GoldenText golden(String name) {
        return GoldenText.load("tutorial/" + name + ".txt");
    }
}
