package dev.mure.cli.command.service;

import dev.mure.cli.command.policy.PolicyText;
import dev.mure.cli.format.ByteSize;
import dev.mure.cli.format.CpuAmount;
import dev.mure.cli.format.GoDuration;
import dev.mure.cli.format.HumanDuration;
import dev.mure.cli.format.Shares;
import dev.mure.cli.format.Words;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.HealthConfig;
import dev.mure.v1.Label;
import dev.mure.v1.PortConfig;
import dev.mure.v1.ResourceAmounts;
import dev.mure.v1.Resources;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.ServiceView;
import java.time.Instant;
import java.util.List;

/** A service for people: Docker's lines, tab for tab, and lines of our own for what Docker does not have. */
final class PrettyService {
    private PrettyService() {}

    static String print(ServiceView service, Instant now) {
        ServiceSpec spec = service.getSpec();
        StringBuilder text = new StringBuilder();
        text.append("\nID:\t\t").append(service.getId());
        text.append("\nName:\t\t").append(spec.getName());
        appendLabels(text, spec.getLabelsList());
        if (spec.hasGlobal()) {
            text.append("\nService Mode:\tGlobal");
        } else {
            text.append("\nService Mode:\tReplicated");
            text.append("\n Replicas:\t").append(spec.getReplicated().getReplicas());
        }
        if (spec.hasMaxUnavailable()) {
            text.append("\n Max unavailable:\t").append(Shares.print(spec.getMaxUnavailable()));
        }
        if (service.hasRollout()) {
            appendUpdateStatus(text, service.getRollout(), now);
        }
        text.append("\nPlacement:");
        text.append("\n Strategy:\tSpread");
        if (spec.getTask().getPlacement().getConstraintsCount() > 0) {
            text.append("\n Constraints:\t[")
                    .append(String.join(" ", spec.getTask().getPlacement().getConstraintsList())).append(']');
        }
        text.append(PolicyText.lines("UpdateConfig", "Update", spec.getUpdate()));
        text.append(PolicyText.lines("RollbackConfig", "Rollback", spec.getRollback()));
        appendContainer(text, spec.getTask().getContainer());
        appendResources(text, spec.getTask().getResources());
        text.append("\nEndpoint Mode:\tvip");
        appendPorts(text, spec.getTask().getPortsList());
        appendHealth(text, spec.getTask().getContainer().getHealth());
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

    private static void appendResources(StringBuilder text, Resources resources) {
        text.append("\nResources:");
        appendAmounts(text, "\n Reservations:", resources.getReservations());
        appendAmounts(text, "\n Limits:", resources.getLimits());
    }

    private static void appendAmounts(StringBuilder text, String heading, ResourceAmounts amounts) {
        if (amounts.getNanoCpus() == 0 && amounts.getMemoryBytes() == 0) {
            return;
        }
        text.append(heading);
        if (amounts.getNanoCpus() != 0) {
            text.append("\n  CPU:\t\t").append(CpuAmount.print(amounts.getNanoCpus()));
        }
        if (amounts.getMemoryBytes() != 0) {
            text.append("\n  Memory:\t").append(ByteSize.print(amounts.getMemoryBytes()));
        }
    }

    /** The blank after the mode is Docker's. */
    private static void appendPorts(StringBuilder text, List<PortConfig> ports) {
        if (ports.isEmpty()) {
            return;
        }
        text.append("\nPorts:");
        for (PortConfig port : ports) {
            text.append("\n PublishedPort = ").append(port.getPublishedPort());
            text.append("\n  Protocol = ").append(Words.of(port.getProtocol()));
            text.append("\n  TargetPort = ").append(port.getTargetPort());
            text.append("\n  PublishMode = ").append(Words.of(port.getMode())).append(' ');
        }
    }

    /** Docker's lines, with its tabs and its blank at the end. */
    private static void appendHealth(StringBuilder text, HealthConfig health) {
        if (health.equals(HealthConfig.getDefaultInstance())) {
            return;
        }
        text.append("\n Healthcheck:");
        text.append("\n  Interval = ").append(GoDuration.print(Words.of(health.getInterval())));
        text.append("\n  Retries = ").append(health.getRetries());
        text.append("\n  StartPeriod =\t").append(GoDuration.print(Words.of(health.getStartPeriod())));
        text.append("\n  Timeout =\t").append(GoDuration.print(Words.of(health.getTimeout())));
        if (health.getTestCount() > 0) {
            text.append("\n  Tests:");
            for (String word : health.getTestList()) {
                text.append("\n\t Test = ").append(word);
            }
            text.append(' ');
        }
    }
}
