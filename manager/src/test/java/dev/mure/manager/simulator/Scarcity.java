package dev.mure.manager.simulator;

import dev.mure.v1.Label;
import dev.mure.v1.NodeDescription;
import dev.mure.v1.Placement;
import dev.mure.v1.PortConfig;
import dev.mure.v1.ResourceAmounts;
import dev.mure.v1.Resources;
import dev.mure.v1.TaskSpec;
import java.util.List;
import java.util.Random;

/**
 * What nodes have and what tasks ask of them. In every other history nothing is scarce: nobody asks for anything. Draws from a source
 * of its own, so that these histories do not depend on it.
 */
final class Scarcity {

    private static final long CPU = 1_000_000_000L;
    private static final long MEMORY = 64L << 20;
    private static final int FIRST_PORT = 8_000;

    private final Random random;
    private final boolean scarce;

    Scarcity(long seed) {
        scarce = seed % 2 != 0;
        random = new Random(~seed);
    }

    /** What a node that joins says of itself. It is asked once per node: machines do not grow. */
    NodeDescription node(String hostname) {
        NodeDescription.Builder description = NodeDescription.newBuilder().setHostname(hostname);
        if (scarce) {
            description.setNanoCpus((1 + random.nextInt(4)) * CPU).setMemoryBytes((1 + random.nextInt(8)) * MEMORY);
        }
        return description.build();
    }

    /** The labels of a node whose spec is written; most of the time it keeps those that it has. */
    List<Label> labels(List<Label> known) {
        if (!scarce || random.nextInt(3) > 0) {
            return known;
        }
        return switch (random.nextInt(3)) {
            case 0 -> List.of();
            case 1 -> List.of(zone("a"));
            default -> List.of(zone("b"));
        };
    }

    private static Label zone(String name) {
        return Label.newBuilder().setKey("zone").setValue(name).build();
    }

    /** Whether an update leaves the image as it is and changes nothing but what is asked for. */
    boolean onlyChanges() {
        return scarce && random.nextInt(4) == 0;
    }

    /** What the first tasks of a service ask for. */
    void ask(TaskSpec.Builder spec) {
        if (scarce) {
            askForRoom(spec);
            askForPort(spec);
            askForPlace(spec);
        }
    }

    /** An update may ask for something else. */
    void change(TaskSpec.Builder spec) {
        if (!scarce) {
            return;
        }
        switch (random.nextInt(6)) {
            case 0 -> askForRoom(spec);
            case 1 -> askForPort(spec);
            case 2 -> askForPlace(spec);
            default -> {}
        }
    }

    private void askForRoom(TaskSpec.Builder spec) {
        spec.clearResources();
        if (random.nextInt(3) > 0) {
            spec.setResources(Resources.newBuilder()
                    .setReservations(ResourceAmounts.newBuilder()
                            .setNanoCpus(random.nextInt(5) * CPU / 2)
                            .setMemoryBytes(random.nextInt(4) * MEMORY)));
        }
    }

    private void askForPort(TaskSpec.Builder spec) {
        spec.clearPorts();
        if (random.nextInt(4) == 0) {
            spec.addPorts(PortConfig.newBuilder()
                    .setProtocol(PortConfig.Protocol.TCP)
                    .setMode(PortConfig.PublishMode.HOST)
                    .setTargetPort(80)
                    .setPublishedPort(random.nextInt(4) == 0 ? 0 : FIRST_PORT + random.nextInt(3)));
        }
    }

    private void askForPlace(TaskSpec.Builder spec) {
        spec.clearPlacement();
        switch (random.nextInt(10)) {
            case 0 -> only(spec, "node.labels.zone==a");
            case 1 -> only(spec, "node.labels.zone!=a");
            case 2 -> only(spec, "node.labels.zone==b");
            case 3 -> only(spec, "node.hostname!=node1");
            case 4 -> only(spec, "node.id==node2");
            default -> {}
        }
    }

    private static void only(TaskSpec.Builder spec, String constraint) {
        spec.setPlacement(Placement.newBuilder().addConstraints(constraint));
    }
}
