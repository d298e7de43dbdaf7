package dev.mure.cli.command.node;

import dev.mure.cli.format.ByteSize;
import dev.mure.cli.format.CpuAmount;
import dev.mure.cli.format.Words;
import dev.mure.v1.Label;
import dev.mure.v1.Node;
import dev.mure.v1.NodeDescription;
import dev.mure.v1.NodeView;

/** A node for people: Docker's lines, tab for tab, of what Mure knows. */
final class PrettyNode {
    private PrettyNode() {}

    static String print(NodeView view) {
        Node node = view.getNode();
        StringBuilder text = new StringBuilder();
        text.append("ID:\t\t\t").append(node.getId());
        if (!node.getName().isEmpty()) {
            text.append("\nName:\t\t\t").append(node.getName());
        }
        if (node.getLabelsCount() > 0) {
            text.append("\nLabels:");
            for (Label label : node.getLabelsList()) {
                text.append("\n - ").append(label.getKey());
                if (!label.getValue().isEmpty()) {
                    text.append('=').append(label.getValue());
                }
            }
        }
        text.append("\nHostname:              \t").append(node.getDescription().getHostname());
        text.append("\nJoined at:             \t").append(joined(Words.of(node.getMeta().getCreatedAt())));
        text.append("\nStatus:");
        text.append("\n State:\t\t\t").append(Words.capital(Words.of(node.getState())));
        if (!node.getMessage().isEmpty()) {
            text.append("\n Message:              \t").append(node.getMessage());
        }
        text.append("\n Availability:         \t").append(Words.capital(Words.of(node.getAvailability())));
        if (node.hasManager()) {
            appendManager(text, view);
        }
        if (node.hasDescription()) {
            appendDescription(text, node.getDescription());
        }
        return text.append("\n\n").toString();
    }

    private static void appendManager(StringBuilder text, NodeView view) {
        text.append("\nManager Status:");
        text.append("\n Address:\t\t").append(view.getNode().getManager().getGrpcAddress());
        text.append("\n Raft Status:\t\t")
                .append(view.getLeader() || view.getReachable() ? "Reachable" : "Unreachable");
        text.append("\n Leader:\t\t").append(view.getLeader() ? "Yes" : "No");
    }

    private static void appendDescription(StringBuilder text, NodeDescription description) {
        text.append("\nPlatform:");
        text.append("\n Operating System:\t").append(description.getOs());
        text.append("\n Architecture:\t\t").append(description.getArchitecture());
        text.append("\nResources:");
        text.append("\n CPUs:\t\t\t").append(CpuAmount.print(description.getNanoCpus()));
        text.append("\n Memory:\t\t").append(ByteSize.print(description.getMemoryBytes()));
        text.append("\nEngine Version:\t\t").append(description.getEngineVersion());
    }

    /** {@code 2026-11-23T02:07:10.5Z} as Docker prints it: {@code 2026-11-23 02:07:10.5 +0000 utc}. */
    private static String joined(String time) {
        return time.substring(0, time.length() - 1).replace('T', ' ') + " +0000 utc";
    }
}
