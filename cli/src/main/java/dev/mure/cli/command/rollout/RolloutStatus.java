package dev.mure.cli.command.rollout;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.command.StaleReads;
import dev.mure.cli.process.ExitCode;
import dev.mure.v1.Consistency;
import dev.mure.v1.ListRevisionsRequest;
import dev.mure.v1.ListTasksRequest;
import dev.mure.v1.RevisionView;
import dev.mure.v1.TaskView;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure rollout status}. */
final class RolloutStatus implements Command {
    @Override
    public CommandSpec spec() {
        return StaleReads.declare(Specs.command("[OPTIONS] SERVICE",
                "Show how a rollout stands, what it waits for, and why it stopped.")).build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        String service = invocation.flags().onlyArgument("SERVICE");
        NewestRollout newest = NewestRollout.of(invocation, service);
        String id = newest.view().getRollout().getServiceId();
        Consistency consistency = StaleReads.consistency(invocation.flags());
        List<RevisionView> revisions = invocation.client().listRevisions(
                ListRevisionsRequest.newBuilder().setService(id).setConsistency(consistency).build())
                .getRevisionsList();
        List<TaskView> tasks = invocation.client().listTasks(
                ListTasksRequest.newBuilder().addServices(id).setConsistency(consistency).build()).getTasksList();
        invocation.out().append(new PrettyRollout(newest.view(), newest.clockMillis(), revisions, tasks)
                .print(invocation.environment().time().now()));
        return ExitCode.OK;
    }
}
