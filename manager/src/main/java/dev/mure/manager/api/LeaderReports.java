package dev.mure.manager.api;

import dev.mure.manager.leader.Decisions;
import dev.mure.manager.leader.NotLeadingException;
import dev.mure.manager.leader.OutcomeUnknownException;
import dev.mure.manager.leader.Refusal;
import dev.mure.v1.PeerGrpc;
import dev.mure.v1.ReportRequest;
import dev.mure.v1.ReportResponse;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;

/** Reports to this manager's own leader loop while it leads, else to the leader over gRPC. */
public final class LeaderReports implements Reports {

    private final Decisions decisions;
    private final LeaderLink leader;

    public LeaderReports(Decisions decisions, LeaderLink leader) {
        this.decisions = decisions;
        this.leader = leader;
    }

    @Override
    public ReportResponse report(ReportRequest request, Duration timeout) throws StatusException, InterruptedException {
        return decisions.leading() ? here(request, timeout) : there(request, timeout);
    }

    private ReportResponse here(ReportRequest request, Duration timeout) throws StatusException, InterruptedException {
        try {
            return decisions.commit(new AgentReport(request), timeout);
        } catch (Refusal e) {
            throw Statuses.of(e).getStatus().asException();
        } catch (NotLeadingException e) {
            throw Statuses.of(e).getStatus().asException();
        } catch (OutcomeUnknownException e) {
            throw Statuses.of(e).getStatus().asException();
        }
    }

    private ReportResponse there(ReportRequest request, Duration timeout) throws StatusException, InterruptedException {
        return switch (leader.ask(PeerGrpc.getReportMethod(), request, timeout)) {
            case LeaderLink.Outcome.Answered<ReportResponse>(ReportResponse answer) -> answer;
            case LeaderLink.Outcome.Failed<ReportResponse>(Status status, Metadata trailers) ->
                    throw status.asException(trailers);
            case LeaderLink.Outcome.NotTaken<ReportResponse>(String why) ->
                    throw Status.UNAVAILABLE.withDescription("no leader: " + why).asException();
        };
    }
}
