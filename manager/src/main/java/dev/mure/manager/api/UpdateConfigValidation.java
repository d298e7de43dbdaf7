package dev.mure.manager.api;

import static dev.mure.manager.api.SpecValidation.checkDuration;
import static dev.mure.manager.api.SpecValidation.checkShare;
import static dev.mure.manager.api.SpecValidation.require;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import dev.mure.manager.leader.Refusal;
import dev.mure.v1.SetRollout;
import dev.mure.v1.Share;
import dev.mure.v1.UpdateConfig;
import java.util.List;
import java.util.Optional;

/**
 * Checks how a revision is to be rolled out. The same rules hold for an update, for a rollback (which SwarmKit leaves unchecked,
 * update-semantics §15) and for what is changed under way.
 *
 * @param flags what the flags begin with that set these fields: {@code update-}, {@code rollback-}, or nothing
 */
record UpdateConfigValidation(String flags) {

    /**
     * Checks a whole config.
     *
     * @throws Refusal with the first fault found
     */
    void check(UpdateConfig config) throws Refusal {
        if (config.hasParallelism()) {
            checkShare(flags + "parallelism", config.getParallelism(), 0);
        }
        checkDuration(flags + "delay", config.getDelay());
        checkDuration(flags + "monitor", config.getMonitor());
        checkDuration(flags + "min-healthy", config.getMinHealthy());
        checkDuration(flags + "start-deadline", config.getStartDeadline());
        checkDuration(flags + "progress-deadline", config.getProgressDeadline());
        checkFailureAction(config.getFailureAction());
        checkRatio(config.getMaxFailureRatio());
        require(config.getOrder() != UpdateConfig.Order.UNRECOGNIZED,
                flags + "order: not known to this manager: use STOP_FIRST, START_FIRST or AUTO");
        checkCanary(config);
        checkStages(config.getPauseAfterList());
    }

    /**
     * Checks what a rollout is to go by from now on.
     *
     * @throws Refusal with the first fault found
     */
    void check(SetRollout changes) throws Refusal {
        require(!changes.equals(SetRollout.getDefaultInstance()),
                "set: say what to change, for example the parallelism");
        UpdateConfig.Builder config = UpdateConfig.newBuilder()
                .setDelay(changes.getDelay())
                .setMonitor(changes.getMonitor())
                .setMaxFailureRatio(changes.getMaxFailureRatio())
                .setFailureActionValue(changes.getFailureActionValue())
                .setMinHealthy(changes.getMinHealthy())
                .setStartDeadline(changes.getStartDeadline())
                .setProgressDeadline(changes.getProgressDeadline());
        if (changes.hasParallelism()) {
            config.setParallelism(changes.getParallelism());
        }
        check(config.build());
    }

    private void checkFailureAction(UpdateConfig.FailureAction action) throws Refusal {
        require(action != UpdateConfig.FailureAction.UNRECOGNIZED,
                flags + "failure-action: not known to this manager: use PAUSE, CONTINUE or ROLLBACK");
    }

    private void checkRatio(float ratio) throws Refusal {
        require(ratio >= 0 && ratio <= 1,
                flags + "max-failure-ratio: " + ratio + " cannot be less than 0 or bigger than 1");
    }

    private void checkCanary(UpdateConfig config) throws Refusal {
        if (config.hasCanary()) {
            checkShare(flags + "canary", config.getCanary(), 1);
        }
        Duration wait = config.getCanaryWait();
        checkDuration(flags + "canary-wait", wait);
        require(config.hasCanary() || Durations.compare(wait, Durations.ZERO) == 0,
                flags + "canary-wait: there is no canary to wait for: give " + flags + "canary as well");
    }

    /**
     * A stage that does not lie behind the one before it would never be seen. How numbers and percentages lie depends on the size of
     * the service, so they are compared among themselves.
     */
    private void checkStages(List<Share> stages) throws Refusal {
        String where = flags + "pause-after";
        for (int i = 0; i < stages.size(); i++) {
            Share stage = stages.get(i);
            checkShare(where, stage, 1);
            Optional<Share> before = stages.subList(0, i)
                    .stream()
                    .filter(other -> other.getKindCase() == stage.getKindCase())
                    .reduce((one, next) -> next);
            require(before.filter(other -> size(stage) <= size(other)).isEmpty(), where + ": " + text(stage)
                    + " comes after " + before.map(UpdateConfigValidation::text).orElse("")
                    + ": each stage must be greater than the one before");
        }
    }

    private static int size(Share share) {
        return share.hasPercent() ? share.getPercent() : share.getCount();
    }

    private static String text(Share share) {
        return size(share) + (share.hasPercent() ? "%" : "");
    }
}
