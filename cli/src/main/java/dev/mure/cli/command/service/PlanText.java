package dev.mure.cli.command.service;

import dev.mure.cli.format.GoDuration;
import dev.mure.cli.format.Table;
import dev.mure.cli.format.Words;
import dev.mure.v1.PlanUpdateResponse;
import dev.mure.v1.PlannedSlot;
import dev.mure.v1.PlannedWave;
import java.time.Duration;
import java.util.List;

/** What an update would do, for people. */
final class PlanText {
    private PlanText() {}

    /**
     * The whole plan.
     *
     * @param service its name, for the names of its slots
     */
    static String print(String service, PlanUpdateResponse plan) {
        StringBuilder text = new StringBuilder();
        text.append(switch (plan.getEffect()) {
            case NEW_REVISION -> "A new revision would be rolled out.\n";
            case SPEC_CHANGED -> "The service would change; no task would be replaced for it.\n";
            case RESUMED -> "Nothing would change; the paused rollout would be resumed.\n";
            case UNCHANGED -> "Nothing would change.\n";
            case UNRECOGNIZED -> "";
        });
        appendLines(text, "Differences:", plan.getDifferencesList());
        if (plan.getWavesCount() > 0) {
            text.append("\nWaves:\n").append(waves(service, plan.getWavesList()).print());
            if (plan.getSlotsLeftOut() > 0) {
                text.append("and ").append(Integer.toUnsignedString(plan.getSlotsLeftOut())).append(" more slots\n");
            }
            text.append("\nExtra tasks at the peak: ").append(plan.getPeakExtraTasks()).append('\n');
            if (plan.hasEstimate()) {
                text.append("Estimated time: about ").append(rounded(Words.of(plan.getEstimate()))).append('\n');
            }
        }
        appendLines(text, "Blockers:", plan.getBlockersList());
        return text.toString();
    }

    private static Table waves(String service, List<PlannedWave> waves) {
        Table table = new Table().row("WAVE", "SLOT", "FROM", "TO", "ORDER");
        for (int i = 0; i < waves.size(); i++) {
            String number = Integer.toString(i + 1);
            for (PlannedSlot slot : waves.get(i).getSlotsList()) {
                table.row(number, service + "." + slot.getSlot(), orNone(slot.getFromNodeName()),
                        orNone(slot.getToNodeName()), Words.of(slot.getOrder()));
            }
            if (!waves.get(i).getPause().isEmpty()) {
                table.row(number, "pause (" + waves.get(i).getPause() + ")");
            }
        }
        return table;
    }

    private static String orNone(String node) {
        return node.isEmpty() ? "-" : node;
    }

    private static void appendLines(StringBuilder text, String heading, List<String> lines) {
        if (lines.isEmpty()) {
            return;
        }
        text.append('\n').append(heading).append('\n');
        for (String line : lines) {
            text.append("  ").append(line.replace('\n', ' ')).append('\n');
        }
    }

    /** To whole seconds, but never to none. */
    private static String rounded(Duration duration) {
        return GoDuration.print(Duration.ofSeconds(Math.max(1, duration.plusMillis(500).toSeconds())));
    }
}
