package dev.mure.cli.command.policy;

import dev.mure.cli.format.GoDuration;
import dev.mure.cli.format.Shares;
import dev.mure.cli.format.Words;
import dev.mure.v1.UpdateConfig;
import java.time.Duration;

/** A policy for rollouts as people read it. */
public final class PolicyText {
    /** The schema's defaults: what equals them is not worth a line. */
    private static final Duration START_DEADLINE = Duration.ofMinutes(5);
    private static final Duration PROGRESS_DEADLINE = Duration.ofMinutes(10);

    private PolicyText() {}

    /**
     * Docker's lines of {@code inspect --pretty}, each after a line end, and after them what Docker does not have and is not
     * the default.
     *
     * @param heading {@code UpdateConfig} or {@code RollbackConfig}
     * @param order {@code Update} or {@code Rollback}, as the line of the order begins
     */
    public static String lines(String heading, String order, UpdateConfig policy) {
        StringBuilder text = new StringBuilder();
        text.append('\n').append(heading).append(':');
        text.append("\n Parallelism:\t").append(policy.hasParallelism() ? Shares.print(policy.getParallelism()) : "1");
        if (!Words.of(policy.getDelay()).isZero()) {
            text.append("\n Delay:\t\t").append(GoDuration.print(Words.of(policy.getDelay())));
        }
        text.append("\n On failure:\t").append(Words.of(policy.getFailureAction()));
        text.append("\n Monitoring Period: ").append(GoDuration.print(Words.of(policy.getMonitor())));
        text.append("\n Max failure ratio: ").append(Words.decimal(policy.getMaxFailureRatio()).toPlainString());
        text.append("\n ").append(pad(order + " order:")).append(Words.of(policy.getOrder()));
        append(text, "Min healthy:", Words.of(policy.getMinHealthy()), Duration.ZERO);
        append(text, "Start deadline:", Words.of(policy.getStartDeadline()), START_DEADLINE);
        append(text, "Progress deadline:", Words.of(policy.getProgressDeadline()), PROGRESS_DEADLINE);
        if (policy.hasCanary()) {
            text.append("\n ").append(pad("Canary:")).append(Shares.print(policy.getCanary()));
        }
        append(text, "Canary wait:", Words.of(policy.getCanaryWait()), Duration.ZERO);
        if (policy.getPauseAfterCount() > 0) {
            text.append("\n ").append(pad("Pause after:")).append(Shares.print(policy.getPauseAfterList()));
        }
        return text.toString();
    }

    /** In one line: {@code parallelism 2, delay 10s, monitor 5s, on failure rollback, …}. */
    public static String inOneLine(UpdateConfig policy) {
        StringBuilder text = new StringBuilder();
        boolean all = policy.hasParallelism() && Shares.isZero(policy.getParallelism());
        text.append("parallelism ")
                .append(all ? "all" : policy.hasParallelism() ? Shares.print(policy.getParallelism()) : "1");
        appendWords(text, "delay", policy.getDelay());
        appendWords(text, "monitor", policy.getMonitor());
        text.append(", on failure ").append(Words.of(policy.getFailureAction()));
        text.append(", max failure ratio ").append(Words.decimal(policy.getMaxFailureRatio()).toPlainString());
        text.append(", ").append(Words.of(policy.getOrder()));
        appendWords(text, "min healthy", policy.getMinHealthy());
        appendWords(text, "start deadline", policy.getStartDeadline());
        appendWords(text, "progress deadline", policy.getProgressDeadline());
        return text.toString();
    }

    private static void append(StringBuilder text, String name, Duration value, Duration usual) {
        if (!value.isZero() && !value.equals(usual)) {
            text.append("\n ").append(pad(name)).append(GoDuration.print(value));
        }
    }

    private static void appendWords(StringBuilder text, String name, com.google.protobuf.Duration duration) {
        Duration value = Words.of(duration);
        if (!value.isZero()) {
            text.append(", ").append(name).append(' ').append(GoDuration.print(value));
        }
    }

    /** To the column of Docker's values. */
    private static String pad(String name) {
        return name + " ".repeat(Math.max(1, 19 - name.length()));
    }
}
