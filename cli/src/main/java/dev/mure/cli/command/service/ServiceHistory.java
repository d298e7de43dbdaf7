package dev.mure.cli.command.service;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Formats;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.command.StaleReads;
import dev.mure.cli.format.HumanDuration;
import dev.mure.cli.format.Listing;
import dev.mure.cli.format.Words;
import dev.mure.cli.process.ExitCode;
import dev.mure.v1.ListRevisionsRequest;
import dev.mure.v1.ListRevisionsResponse;
import dev.mure.v1.Revision;
import dev.mure.v1.RevisionView;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure service history}: the revisions that are kept, newest first. */
final class ServiceHistory implements Command {
    @Override
    public CommandSpec spec() {
        return StaleReads.declare(Formats.declareForTables(Specs.command("[OPTIONS] SERVICE",
                "List the revisions of a service.", "",
                "STATE says which one is current, which ones were stable (all tasks ran it), and to which one a rollback"
                        + " would go."),
                "Print only numbers.")).build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        Flags flags = invocation.flags();
        String service = flags.onlyArgument("SERVICE");
        ListRevisionsResponse response = invocation.client().listRevisions(ListRevisionsRequest.newBuilder()
                .setService(service).setConsistency(StaleReads.consistency(flags)).build());
        StaleReads.mark(invocation, response.getStaleness(), response.getIndex());
        List<RevisionView> revisions = response.getRevisionsList();
        if (flags.isSet("--quiet") && flags.value("--format") == null) {
            for (RevisionView view : revisions) {
                invocation.out().append(Long.toString(view.getRevision().getNumber())).append('\n');
            }
            return ExitCode.OK;
        }
        Listing listing = new Listing(List.of(new Listing.Column("Revision", "REVISION"),
                new Listing.Column("CreatedSince", "CREATED"), new Listing.Column("Image", "IMAGE"),
                new Listing.Column("State", "STATE"), new Listing.Column("Tasks", "TASKS"),
                new Listing.Column("CreatedAt", "CREATED AT", false), new Listing.Column("Digest", "DIGEST", false)));
        for (RevisionView view : revisions) {
            Revision revision = view.getRevision();
            listing.add(Long.toString(revision.getNumber()),
                    HumanDuration.ago(Words.since(revision.getMeta().getCreatedAt(),
                            invocation.environment().time().now())),
                    Words.familiar(revision.getTask().getContainer().getImage()), state(view),
                    Integer.toString(view.getRunningTasks()), Words.of(revision.getMeta().getCreatedAt()),
                    revision.getImageDigest());
        }
        return Formats.print(listing, invocation);
    }

    private static String state(RevisionView view) {
        List<String> words = new ArrayList<>();
        if (view.getCurrent()) {
            words.add("current");
        }
        if (view.getRevision().getStable()) {
            words.add("stable");
        }
        if (view.getRollbackTarget()) {
            words.add("rollback target");
        }
        return String.join(", ", words);
    }
}
