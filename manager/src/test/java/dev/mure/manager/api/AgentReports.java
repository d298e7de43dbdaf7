package dev.mure.manager.api;

import dev.mure.manager.leader.Decisions;
import dev.mure.manager.leader.NotLeadingException;
import dev.mure.manager.leader.OutcomeUnknownException;
import dev.mure.manager.leader.Refusal;
import io.grpc.Status;

/** Reports that are committed here, for tests of who reports. */
public final class AgentReports {

    private AgentReports() {}

    public static Reports to(Decisions decisions) {
        return (request, timeout) -> {
            try {
                return decisions.commit(new AgentReport(request), timeout);
            } catch (Refusal | NotLeadingException | OutcomeUnknownException e) {
                throw Status.UNAVAILABLE.withDescription(e.getMessage()).asException();
            }
        };
    }
}
