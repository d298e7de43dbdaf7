package dev.mure.cli.command.rollout;

import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.StaleReads;
import dev.mure.cli.process.CommandFailure;
import dev.mure.cli.process.ExitCode;
import dev.mure.v1.ListRolloutsRequest;
import dev.mure.v1.ListRolloutsResponse;
import dev.mure.v1.RolloutView;

/**
 * The rollout of one service, as a manager told it.
 *
 * @param view the rollout
 * @param index state index of the answer
 * @param clockMillis state time of the answer
 */
record NewestRollout(RolloutView view, long index, long clockMillis) {

    /** Asks for it; a service without a rollout is a failure. */
    static NewestRollout of(Invocation invocation, String service) {
        ListRolloutsResponse response =
                invocation.client().listRollouts(ListRolloutsRequest.newBuilder().addServices(service)
                        .setConsistency(StaleReads.consistency(invocation.flags())).build());
        StaleReads.mark(invocation, response.getStaleness(), response.getIndex());
        if (response.getRolloutsCount() == 0) {
            throw new CommandFailure(ExitCode.FAILURE, "service " + service + " has no rollout");
        }
        return new NewestRollout(response.getRollouts(0), response.getIndex(), response.getClockMillis());
    }
}
