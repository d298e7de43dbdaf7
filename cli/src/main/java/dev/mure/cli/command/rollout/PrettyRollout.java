package dev.mure.cli.command.rollout;

import dev.mure.cli.command.policy.PolicyText;
import dev.mure.cli.format.FailureReport;
import dev.mure.cli.format.GoDuration;
import dev.mure.cli.format.HumanDuration;
import dev.mure.cli.format.Shares;
import dev.mure.cli.format.Table;
import dev.mure.cli.format.Words;
import dev.mure.v1.FailureKind;
import dev.mure.v1.RevisionView;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutFailure;
import dev.mure.v1.RolloutView;
import dev.mure.v1.Share;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.TaskView;
import dev.mure.v1.UpdateConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A rollout for people. */
final class PrettyRollout {
    private static final int HEADING_WIDTH = 14;

    private final RolloutView view;
    private final Rollout rollout;
    private final long clockMillis;
    private final List<RevisionView> revisions;
    private final List<TaskView> tasks;
    private final StringBuilder text = new StringBuilder();

    /**
     * @param clockMillis state time of the answer that told the rollout
     * @param revisions of the service, for their images
     * @param tasks of the service, newest of each slot first
     */
    PrettyRollout(RolloutView view, long clockMillis, List<RevisionView> revisions, List<TaskView> tasks) {
        this.view = view;
        this.rollout = view.getRollout();
        this.clockMillis = clockMillis;
        this.revisions = revisions;
        this.tasks = tasks;
    }

    String print(Instant now) {
        line("Service", view.getServiceName());
        String cause = Words.of(rollout.getPauseCause());
        line("State", Words.of(rollout.getState()) + (cause.isEmpty() ? "" : " (" + cause + ")"));
        line("Message", rollout.getMessage());
        line("Revision", rollout.getFromRevision() + " -> " + rollout.getToRevision());
        line("Image", image(rollout.getFromRevision()) + " -> " + image(rollout.getToRevision()));
        line("Started", HumanDuration.ago(Words.since(rollout.getStartedAt(), now)));
        if (rollout.hasCompletedAt()) {
            line("Completed", HumanDuration.ago(Words.since(rollout.getCompletedAt(), now)));
        }
        line("Progress", view.getDone() + " of " + view.getSlots() + " done, " + view.getInWork() + " in work, "
                + view.getFailed() + " failed");
        if (view.hasEstimate()) {
            line("Estimate", "about " + seconds(Words.of(view.getEstimate()).toMillis()) + " left");
        }
        String stages = stages();
        if (!stages.isEmpty()) {
            line("Stages", stages);
        }
        line("Policy", PolicyText.inOneLine(rollout.getPolicy()));
        appendSlotsInWork();
        appendWaiting();
        if (FailureReport.isKnown(rollout.getFailure())) {
            appendFailure(rollout.getFailure());
        }
        return text.toString();
    }

    private void line(String heading, String value) {
        text.append(heading).append(':').append(" ".repeat(HEADING_WIDTH - heading.length())).append(value)
                .append('\n');
    }

    private String image(long revision) {
        for (RevisionView known : revisions) {
            if (known.getRevision().getNumber() == revision) {
                return Words.familiar(known.getRevision().getTask().getContainer().getImage());
            }
        }
        return "(forgotten)";
    }

    /** For example {@code canary 1 (passed), 25% (next), 50%}. */
    private String stages() {
        UpdateConfig policy = rollout.getPolicy();
        List<Share> shares = new ArrayList<>();
        if (policy.hasCanary()) {
            shares.add(policy.getCanary());
        }
        shares.addAll(policy.getPauseAfterList());
        StringBuilder stages = new StringBuilder();
        boolean nextFound = false;
        for (int i = 0; i < shares.size(); i++) {
            boolean passed = rollout.getPromoted() || slots(shares.get(i)) <= rollout.getReleasedSlots();
            stages.append(stages.isEmpty() ? "" : ", ").append(i == 0 && policy.hasCanary() ? "canary " : "")
                    .append(Shares.print(shares.get(i))).append(passed ? " (passed)" : nextFound ? "" : " (next)");
            nextFound |= !passed;
        }
        if (rollout.getCanaryUntilClockMillis() > 0) {
            stages.append(", goes on by itself in ").append(left(rollout.getCanaryUntilClockMillis()));
        }
        if (rollout.getStepUntilSlots() > 0) {
            stages.append(stages.isEmpty() ? "" : ", ").append("pauses when ").append(rollout.getStepUntilSlots())
                    .append(" are begun");
        }
        return stages.toString();
    }

    /** As many slots as a share of this service is, rounded up. */
    private long slots(Share share) {
        return share.getKindCase() == Share.KindCase.PERCENT
                ? ((long) view.getSlots() * share.getPercent() + 99) / 100
                : share.getCount();
    }

    private void appendSlotsInWork() {
        Table table = new Table();
        boolean any = false;
        for (SlotProgress slot : rollout.getSlotsList()) {
            if (slot.getStartedClockMillis() > 0 && slot.getSettledClockMillis() == 0) {
                table.row("  " + view.getServiceName() + "." + slot.getSlot(), task(slot.getSlot()), details(slot));
                any = true;
            }
        }
        if (any) {
            text.append("\nSlots in work:\n").append(table.print());
        }
    }

    /** The task that stands for a slot: {@code starting on h2}. */
    private String task(int slot) {
        for (TaskView candidate : tasks) {
            Task task = candidate.getTask();
            if (task.getSlot() == slot) {
                return Words.of(task.getStatus().getState())
                        + (candidate.getNodeName().isEmpty() ? "" : " on " + candidate.getNodeName());
            }
        }
        return "no task";
    }

    private String details(SlotProgress slot) {
        StringBuilder details = new StringBuilder(Words.of(slot.getOrder()));
        if (!slot.getOrderReason().isEmpty()) {
            details.append(" (").append(slot.getOrderReason()).append(')');
        }
        if (slot.getInfrastructureFailures() > 0) {
            details.append(", ").append(slot.getInfrastructureFailures()).append(" infrastructure failures");
        }
        if (slot.getRetryClockMillis() > 0) {
            details.append(", next try in ").append(left(slot.getRetryClockMillis()));
        }
        if (slot.getDeadlineClockMillis() > 0) {
            details.append(", deadline in ").append(left(slot.getDeadlineClockMillis()));
        }
        return details.toString();
    }

    private void appendWaiting() {
        if (view.getWaitingForCount() == 0) {
            return;
        }
        text.append("\nWaiting:\n");
        for (String reason : view.getWaitingForList()) {
            text.append("  ").append(reason.replace('\n', ' ')).append('\n');
        }
    }

    private void appendFailure(RolloutFailure failure) {
        text.append("\nFailure:\n");
        for (String line : FailureReport.of(view.getServiceName(), failure)) {
            text.append("  ").append(line).append('\n');
        }
        text.append("  task ").append(failure.getTaskId());
        if (failure.getExitCode() != 0) {
            text.append(", exit code ").append(failure.getExitCode());
        }
        if (failure.getKind() != FailureKind.FAILURE_KIND_NONE) {
            text.append(", kind ").append(Words.of(failure.getKind()));
        }
        text.append('\n');
    }

    private String left(long untilClockMillis) {
        return seconds(untilClockMillis - clockMillis);
    }

    /** Rounded up to whole seconds; what is due takes one more. */
    private static String seconds(long millis) {
        return GoDuration.print(Duration.ofSeconds(Math.max(1, (millis + 999) / 1000)));
    }
}
