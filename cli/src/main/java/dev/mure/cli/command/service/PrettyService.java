package dev.mure.cli.command.service;

import dev.mure.cli.format.GoDuration;
import dev.mure.cli.format.HumanDuration;
import dev.mure.cli.format.Words;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.Label;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.ServiceView;
import dev.mure.v1.UpdateConfig;
import java.time.Instant;
import java.util.List;

/** A service for people: Docker's lines, tab for tab. What can't be set yet is shown with what Docker takes for it. */
final class PrettyService {
    private static final String ROLLBACK_CONFIG = """

            RollbackConfig:
             Parallelism:\t1
             On failure:\tpause
             Monitoring Period: 5s
             Max failure ratio: 0
             Rollback order:    stop-first""";

    private PrettyService() {}

    static String print(ServiceView service, Instant now) {
        StringBuilder text = new StringBuilder();
        text.append("\nID:\t\t").append(service.getId());
        text.append("\nName:\t\t").append(service.getSpec().getName());
        appendLabels(text, service.getSpec().getLabelsList());
        text.append("\nService Mode:\tReplicated");
        text.append("\n Replicas:\t").append(service.getSpec().getReplicated().getReplicas());
        if (service.hasRollout()) {
            appendUpdateStatus(text, service.getRollout(), now);
        }
        text.append("\nPlacement:");
        text.append("\n Strategy:\tSpread");
        appendUpdateConfig(text, service.getSpec().getUpdate());
        text.append(ROLLBACK_CONFIG);
        appendContainer(text, service.getSpec().getTask().getContainer());
        text.append("\nResources:");
        text.append("\nEndpoint Mode:\tvip");
        return text.append("\n\n").toString();
    }

    private static void appendLabels(StringBuilder text, List<Label> labels) {
        if (labels.isEmpty()) {
            return;
        }
        text.append("\nLabels:");
        for (Label label : labels) {
            text.append("\n ").append(label.getKey());
            if (!label.getValue().isEmpty()) {
                text.append('=').append(label.getValue());
            }
        }
    }

    private static void appendUpdateStatus(StringBuilder text, Rollout rollout, Instant now) {
        text.append("\nUpdateStatus:");
        text.append("\n State:\t\t").append(Words.of(rollout.getState()));
        text.append("\n Started:\t").append(HumanDuration.ago(Words.since(rollout.getStartedAt(), now)));
        if (rollout.getState() == RolloutState.ROLLOUT_STATE_COMPLETED && rollout.hasCompletedAt()) {
            text.append("\n Completed:\t").append(HumanDuration.ago(Words.since(rollout.getCompletedAt(), now)));
        }
        text.append("\n Message:\t").append(rollout.getMessage());
    }

    private static void appendUpdateConfig(StringBuilder text, UpdateConfig update) {
        text.append("\nUpdateConfig:");
        text.append("\n Parallelism:\t").append(update.getParallelism().getCount());
        if (!Words.of(update.getDelay()).isZero()) {
            text.append("\n Delay:\t\t").append(GoDuration.print(Words.of(update.getDelay())));
        }
        text.append("\n On failure:\t").append(Words.of(update.getFailureAction()));
        text.append("\n Monitoring Period: ").append(GoDuration.print(Words.of(update.getMonitor())));
        text.append("\n Max failure ratio: ")
                .append(ServiceDocument.decimal(update.getMaxFailureRatio()).toPlainString());
        text.append("\n Update order:      stop-first");
    }

    private static void appendContainer(StringBuilder text, ContainerSpec container) {
        text.append("\nContainerSpec:");
        text.append("\n Image:\t\t").append(container.getImage());
        appendWords(text, "\n Args:\t\t", container.getArgsList());
        appendWords(text, "\n Env:\t\t", container.getEnvList());
        if (!container.getDir().isEmpty()) {
            text.append("\n Dir:\t\t").append(container.getDir());
        }
        text.append("\n Init:\t\tfalse");
        if (!container.getUser().isEmpty()) {
            text.append("\n User: ").append(container.getUser());
        }
    }

    /** Each word has a blank after it, the last one too. */
    private static void appendWords(StringBuilder text, String heading, List<String> words) {
        if (words.isEmpty()) {
            return;
        }
        text.append(heading);
        for (String word : words) {
            text.append(word).append(' ');
        }
    }
}
