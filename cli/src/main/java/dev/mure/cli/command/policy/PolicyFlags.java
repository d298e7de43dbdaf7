package dev.mure.cli.command.policy;

import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Specs;
import dev.mure.cli.format.Shares;
import dev.mure.cli.format.Words;
import dev.mure.v1.Share;
import dev.mure.v1.UpdateConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * The flags of a policy for rollouts. They are the same for updates, for rollbacks and for a rollout under way; only their
 * first word differs. What is not given stays.
 */
public enum PolicyFlags {
    /** {@code --update-…}: how an update is rolled out. */
    UPDATE("--update-", "an update"),
    /** {@code --rollback-…}: how a rollback is rolled out. */
    ROLLBACK("--rollback-", "a rollback"),
    /** {@code --…}: how the rollout that is under way goes on. */
    CURRENT("--", "the rollout");

    private final String prefix;
    private final String what;

    PolicyFlags(String prefix, String what) {
        this.prefix = prefix;
        this.what = what;
    }

    /** Adds the flags that can be changed at any time. */
    public Specs declareLimits(Specs specs) {
        return specs
                .value(prefix + "parallelism", "N|P%",
                        "Tasks replaced at once in " + what + ", or percent of all; 0 = all." + byDefault("1"))
                .value(prefix + "delay", "DURATION",
                        "Pause after each task before its place is taken by the next: 10s, 1m30s." + byDefault("0s"))
                .value(prefix + "monitor", "DURATION",
                        "How long to watch after each started task before " + what + " may complete."
                                + byDefault("5s, also for 0s"))
                .value(prefix + "failure-action", "ACTION",
                        "What to do when too many tasks fail in " + what + ": "
                                + (this == ROLLBACK ? "pause or continue." : "pause, continue or rollback.")
                                + byDefault("pause"))
                .value(prefix + "max-failure-ratio", "RATIO",
                        "Share of tasks, 0 to 1, that may fail in " + what + " before that is done." + byDefault("0"))
                .value(prefix + "min-healthy", "DURATION",
                        "A new task is good when it has been running, and healthy, for so long." + byDefault("0s"))
                .value(prefix + "start-deadline", "DURATION",
                        "A task that is not good after so long has failed."
                                + byDefault("5m, also for 0s"))
                .value(prefix + "progress-deadline", "DURATION",
                        "Without a task that gets good for so long, " + what + " stops, delays not counted."
                                + byDefault("10m, also for 0s"));
    }

    /** Adds all flags. */
    public Specs declare(Specs specs) {
        declareLimits(specs).value(prefix + "order", "ORDER",
                "stop-first (default), start-first, or auto: start-first where there is room for both tasks.");
        if (this == UPDATE) {
            specs.value(prefix + "canary", "N|P%",
                    "Pause after the first N tasks or P percent until the rollout is promoted; 0 = no canary (default).")
                    .value(prefix + "canary-wait", "DURATION",
                            "Promote the canary by itself when it has been good for so long; 0s = wait for you (default).")
                    .value(prefix + "pause-after", "LIST",
                            "Pause whenever so many tasks are done, for example 1,25%; empty = never (default).");
        }
        return specs;
    }

    private String byDefault(String value) {
        return this == CURRENT ? "" : " Default " + value + ".";
    }

    /** Whether any of the flags was given. */
    public boolean areGiven(Flags flags) {
        for (String name : List.of("parallelism", "delay", "monitor", "failure-action", "max-failure-ratio",
                "min-healthy",
                "start-deadline", "progress-deadline", "order", "canary", "canary-wait", "pause-after")) {
            if (flags.has(prefix + name)) {
                return true;
            }
        }
        return false;
    }

    /** Sets in a policy what was given. */
    public void apply(Flags flags, UpdateConfig.Builder policy) {
        if (has(flags, "parallelism")) {
            policy.setParallelism(atLeastOne(prefix + "parallelism", flags.share(prefix + "parallelism"), true));
        }
        if (has(flags, "delay")) {
            policy.setDelay(duration(flags, "delay"));
        }
        if (has(flags, "monitor")) {
            policy.setMonitor(duration(flags, "monitor"));
        }
        String action = flags.value(prefix + "failure-action");
        if (action != null) {
            policy.setFailureAction(failureAction(action));
        }
        if (has(flags, "max-failure-ratio")) {
            policy.setMaxFailureRatio(flags.ratio(prefix + "max-failure-ratio"));
        }
        if (has(flags, "min-healthy")) {
            policy.setMinHealthy(duration(flags, "min-healthy"));
        }
        if (has(flags, "start-deadline")) {
            policy.setStartDeadline(duration(flags, "start-deadline"));
        }
        if (has(flags, "progress-deadline")) {
            policy.setProgressDeadline(duration(flags, "progress-deadline"));
        }
        String order = flags.value(prefix + "order");
        if (order != null) {
            policy.setOrder(order(order));
        }
        applyStages(flags, policy);
    }

    private void applyStages(Flags flags, UpdateConfig.Builder policy) {
        if (has(flags, "canary")) {
            Share canary = atLeastOne(prefix + "canary", flags.share(prefix + "canary"), true);
            if (Shares.isZero(canary)) {
                policy.clearCanary().clearCanaryWait();
            } else {
                policy.setCanary(canary);
            }
        }
        if (has(flags, "canary-wait")) {
            policy.setCanaryWait(duration(flags, "canary-wait"));
        }
        String stages = flags.value(prefix + "pause-after");
        if (stages != null) {
            policy.clearPauseAfter().addAllPauseAfter(stages(stages));
        }
    }

    private boolean has(Flags flags, String name) {
        return flags.has(prefix + name);
    }

    private com.google.protobuf.Duration duration(Flags flags, String name) {
        return Words.of(flags.duration(prefix + name));
    }

    private UpdateConfig.FailureAction failureAction(String word) {
        return switch (word) {
            case "pause" -> UpdateConfig.FailureAction.PAUSE;
            case "continue" -> UpdateConfig.FailureAction.CONTINUE;
            case "rollback" -> {
                if (this == ROLLBACK) {
                    throw Flags.invalid("--rollback-failure-action", word, "pause or continue");
                }
                yield UpdateConfig.FailureAction.ROLLBACK;
            }
            default -> throw Flags.invalid(prefix + "failure-action", word,
                    this == ROLLBACK ? "pause or continue" : "pause, continue or rollback");
        };
    }

    private UpdateConfig.Order order(String word) {
        return switch (word) {
            case "stop-first" -> UpdateConfig.Order.STOP_FIRST;
            case "start-first" -> UpdateConfig.Order.START_FIRST;
            case "auto" -> UpdateConfig.Order.AUTO;
            default -> throw Flags.invalid(prefix + "order", word, "stop-first, start-first or auto");
        };
    }

    private List<Share> stages(String text) {
        List<Share> stages = new ArrayList<>();
        int from = 0;
        while (!text.isEmpty() && from <= text.length()) {
            int comma = text.indexOf(',', from);
            String stage = text.substring(from, comma < 0 ? text.length() : comma).strip();
            stages.add(atLeastOne(prefix + "pause-after", Flags.share(prefix + "pause-after", stage), false));
            from = comma < 0 ? text.length() + 1 : comma + 1;
        }
        return stages;
    }

    /** 0% is refused, because it looks like none and would be rounded up; 0 only where it has no meaning of its own. */
    private static Share atLeastOne(String flag, Share share, boolean zeroMeansSomething) {
        if (Shares.isZero(share) && (share.getKindCase() == Share.KindCase.PERCENT || !zeroMeansSomething)) {
            throw Flags.invalid(flag, Shares.print(share),
                    zeroMeansSomething
                            ? Shares.EXPECTED + ", from 1%"
                            : "whole numbers from 1 or percentages from 1%, with commas between");
        }
        return share;
    }
}
