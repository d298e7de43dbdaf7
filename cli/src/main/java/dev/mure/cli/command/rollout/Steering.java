package dev.mure.cli.command.rollout;

import dev.mure.cli.command.Invocation;
import dev.mure.cli.process.ExitCode;
import dev.mure.v1.ControlRolloutRequest;
import dev.mure.v1.ControlRolloutResponse;

/** What all commands that steer a rollout have in common: one request, one line. */
final class Steering {
    private Steering() {}

    /**
     * Sends the request and says what was done.
     *
     * @param service as the user typed it
     * @param action the request with its action only
     * @param done what stands after the service's name
     */
    static ExitCode steer(Invocation invocation, String service, ControlRolloutRequest.Builder action, String done) {
        send(invocation, service, action);
        invocation.out().append(service).append(' ').append(done).append('\n');
        return ExitCode.OK;
    }

    static ControlRolloutResponse send(Invocation invocation, String service, ControlRolloutRequest.Builder action) {
        return invocation.client()
                .controlRollout(action.setRequest(invocation.newRequest(0)).setService(service).build());
    }
}
