package dev.mure.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mure.it.cluster.CliResult;
import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.cluster.ManagerNode;
import dev.mure.it.cluster.MureCli;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two of three managers are dead or stand still: the third one says so at once, and tells what it knows on request. */
class QuorumLostIT {

    private static final int UNREACHABLE = 3;
    /** A second for the answer, the rest for the start of the client on a busy machine. */
    private static final Duration AT_ONCE = Duration.ofSeconds(3);

    @RegisterExtension
    static final SharedCluster SHARED = SharedCluster.ofProcesses(ClusterShape.of(3, 0));

    @ParameterizedTest
    @ValueSource(strings = {"killed", "stopped"})
    void everyCommandIsAnsweredAtOnceAndStaleReadsGoOn(String fault) {
        LocalCluster cluster = SHARED.get();
        String service = "known-" + fault;
        cluster.control().create(Specs.service(service, "redis:3.0.6", 0));
        cluster.awaitComplete();
        ManagerNode survivor = cluster.follower();
        List<ManagerNode> others = cluster.managers().stream().filter(manager -> !manager.equals(survivor)).toList();
        others.forEach(other -> {
            if (fault.equals("killed")) {
                other.process().kill();
            } else {
                other.process().pause();
            }
        });
        MureCli cli = cluster.cli(survivor.host());
        await("the survivor knows").atMost(LocalCluster.SETTLE_LIMIT).untilAsserted(
                () -> assertThat(cli.run("service", "ls").err()).contains("2 of 3 managers are unreachable"));

        for (List<String> command : List.of(List.of("service", "ls"), List.of("service", "rm", service),
                List.of("service", "create", "--name", "new", "redis:3.0.6"), List.of("node", "ls"),
                List.of("service", "ps", service), List.of("service", "scale", service + "=2"),
                List.of("node", "update", "--availability", "drain", survivor.name()))) {
            CliResult refused = cli.run(command.toArray(String[]::new));
            assertThat(refused.exitCode()).as("exit code of %s", refused).isEqualTo(UNREACHABLE);
            assertThat(refused.err().lines()).as("%s", refused).singleElement().asString()
                    .startsWith("mure: 2 of 3 managers are unreachable: ")
                    .contains(others.stream().map(other -> other.name() + " (" + other.address() + ") since ").toList())
                    .endsWith("; more than half must be online");
            assertThat(refused.took()).as("%s", refused).isLessThan(AT_ONCE);
        }
        Stream.of(List.of("service", "ls", "--stale"), List.of("service", "inspect", "--stale", service),
                List.of("service", "history", "--stale", service), List.of("node", "ls", "--stale"))
                .map(command -> cli.run(command.toArray(String[]::new))).forEach(answer -> {
                    answer.succeeded();
                    assertThat(answer.err()).contains("mure: stale: what this manager knows, at index ")
                            .contains("it knows no leader since ");
                });
        assertThat(cli.run("service", "ls", "--stale").out()).contains(service);
    }
}
