package dev.mure.it.fault;

import dev.mure.it.Options;
import dev.mure.it.cluster.AgentRuntime;
import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.cluster.NamespaceNetwork;
import dev.mure.it.cluster.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** {@code chaos [--minutes N] [--seed S]}: one fault after the other until the time is over or something is wrong. */
public final class ChaosMain {

    private static final int WRONG_USAGE = 125;

    private ChaosMain() {}

    /** What came of the faults of one kind. */
    private record Tally(int rounds, int calls, Duration longest) {

        static final Tally NONE = new Tally(0, 0, Duration.ZERO);

        Tally and(int checked, Duration took) {
            return new Tally(rounds + 1, calls + checked, took.compareTo(longest) > 0 ? took : longest);
        }
    }

    /** Runs it. */
    public static void main(String[] arguments) {
        try {
            Options options = new Options(List.of(arguments), List.of("--minutes", "--seed"), List.of());
            if (!holds(Duration.ofMinutes(options.number("--minutes", 10)), options.number("--seed", 1))) {
                System.exit(1);
            }
        } catch (IllegalArgumentException e) {
            System.err.println("chaos: " + e.getMessage());
            System.exit(WRONG_USAGE);
        }
    }

    private static boolean holds(Duration time, int seed) {
        boolean hosts = NamespaceNetwork.isPossible();
        System.out.println("seed " + seed
                + (hosts ? ", nodes on hosts of their own" : ", all nodes on loopback: nobody is cut off"));
        Network network = hosts ? NamespaceNetwork.create() : new Network.Loopback();
        List<Fault> faults = Stream.of(Fault.values()).filter(fault -> hosts || !fault.needsNetwork()).toList();
        Random random = new Random(seed);
        Map<Fault, Tally> tallies = new EnumMap<>(Fault.class);
        try (LocalCluster cluster = LocalCluster.start(ClusterShape.of(3, 3), new AgentRuntime.Processes(), network)) {
            FaultRounds rounds = new FaultRounds(cluster, network);
            for (long end = System.nanoTime() + time.toNanos(); System.nanoTime() < end;) {
                Fault fault = faults.get(random.nextInt(faults.size()));
                long begun = System.nanoTime();
                try {
                    int checked = rounds.live(fault);
                    Duration took = Duration.ofNanos(System.nanoTime() - begun);
                    tallies.put(fault, tallies.getOrDefault(fault, Tally.NONE).and(checked, took));
                    System.out.printf("%-42s %4d calls, %5.1f s%n", fault, checked, took.toMillis() / 1000.0);
                } catch (AssertionError | RuntimeException e) {
                    Path kept = Path.of("target", "chaos-logs").toAbsolutePath();
                    cluster.logs().copyTo(kept);
                    System.out.println(fault + " FAILED: " + e + "\nLogs: " + kept);
                    return false;
                }
            }
        }
        print(tallies);
        return true;
    }

    private static void print(Map<Fault, Tally> tallies) {
        System.out.println("\n| Fault | Rounds | Calls checked | Longest round |\n|---|---|---|---|");
        tallies.forEach((fault, tally) -> System.out.printf("| %s | %d | %d | %.1f s |%n", fault, tally.rounds,
                tally.calls, tally.longest.toMillis() / 1000.0));
    }
}
