package dev.mure.it.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A host of its own for each node: a network namespace with one interface, at a bridge in another namespace. Nothing of it reaches the
 * machine's own network. What one host sends to another can be made to vanish without a trace, as on a real network.
 */
public final class NamespaceNetwork implements Network {

    private static final String SUBNET = "10.77.0.";
    /** No interface has it, so the bridge finds nobody to give the packets to. */
    private static final String NOBODY = "02:00:00:00:00:01";
    private static final long LIMIT_SECONDS = 10;

    private record Direction(String from, String to) {}

    private final String id =
            "mure" + ProcessHandle.current().pid() + "-" + Long.toString(System.nanoTime() % 46_656, 36);
    private final String hub = id + "-hub";
    private final Map<String, Host> hosts = new LinkedHashMap<>();
    private final List<Direction> cut = new ArrayList<>();

    private NamespaceNetwork() {}

    /** Whether this process may make one. */
    public static boolean isPossible() {
        try (NamespaceNetwork network = create()) {
            network.host("probe");
            return true;
        } catch (AssertionError | UncheckedIOException e) {
            return false;
        }
    }

    /** Makes one without hosts. */
    public static NamespaceNetwork create() {
        NamespaceNetwork network = new NamespaceNetwork();
        ip("netns", "add", network.hub);
        ip("-n", network.hub, "link", "add", "hub", "type", "bridge");
        ip("-n", network.hub, "link", "set", "hub", "up");
        return network;
    }

    @Override
    public Host host(String node) {
        return hosts.computeIfAbsent(node, this::make);
    }

    private Host make(String node) {
        String namespace = namespace(node);
        String address = SUBNET + (hosts.size() + 1);
        ip("netns", "add", namespace);
        ip("link", "add", "eth0", "netns", namespace, "type", "veth", "peer", "name", node, "netns", hub);
        ip("-n", hub, "link", "set", node, "master", "hub", "up");
        ip("-n", namespace, "addr", "add", address + "/24", "dev", "eth0");
        ip("-n", namespace, "link", "set", "lo", "up");
        ip("-n", namespace, "link", "set", "eth0", "up");
        return new Host(address, List.of("ip", "netns", "exec", namespace));
    }

    private String namespace(String node) {
        return id + "-" + node;
    }

    @Override
    public void cut(String from, String to) {
        ip("-n", namespace(from), "neigh", "replace", host(to).address(), "lladdr", NOBODY, "dev", "eth0", "nud",
                "permanent");
        cut.add(new Direction(from, to));
    }

    @Override
    public void heal() {
        for (Direction direction : cut) {
            ip("-n", namespace(direction.from), "neigh", "del", host(direction.to).address(), "dev", "eth0");
        }
        cut.clear();
    }

    @Override
    public void close() {
        Stream.concat(hosts.keySet().stream().map(this::namespace), Stream.of(hub))
                .forEach(namespace -> ip("netns", "del", namespace));
        hosts.clear();
    }

    private static void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(command.stream().collect(Collectors.joining(" ")) + ": " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
