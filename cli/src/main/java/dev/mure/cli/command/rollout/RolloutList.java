package dev.mure.cli.command.rollout;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Filters;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Formats;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.command.StaleReads;
import dev.mure.cli.format.GoDuration;
import dev.mure.cli.format.HumanDuration;
import dev.mure.cli.format.Listing;
import dev.mure.cli.format.NaturalOrder;
import dev.mure.cli.format.Words;
import dev.mure.cli.process.ExitCode;
import dev.mure.v1.ListRolloutsRequest;
import dev.mure.v1.ListRolloutsResponse;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.RolloutView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure rollout ls}. */
final class RolloutList implements Command {
    @Override
    public CommandSpec spec() {
        Specs specs = Specs.command("[OPTIONS]", "List the newest rollout of each service.").aliases("list")
                .list("-f", "--filter", "KEY=VALUE", "Show only what matches: service, state. May be repeated.");
        return StaleReads.declare(Formats.declareForTables(specs, "Print only the services' names.")).build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        Flags flags = invocation.flags();
        flags.noArguments();
        Filters filters = new Filters(flags, "service", "state");
        List<String> states = states(filters);
        List<RolloutView> rollouts = new ArrayList<>();
        ListRolloutsResponse response = invocation.client().listRollouts(ListRolloutsRequest.newBuilder()
                .addAllServices(filters.of("service")).setConsistency(StaleReads.consistency(flags)).build());
        StaleReads.mark(invocation, response.getStaleness(), response.getIndex());
        for (RolloutView view : response.getRolloutsList()) {
            if (states.isEmpty() || states.contains(Words.of(view.getRollout().getState()))) {
                rollouts.add(view);
            }
        }
        rollouts.sort(BY_SERVICE);
        if (flags.isSet("--quiet") && flags.value("--format") == null) {
            for (RolloutView view : rollouts) {
                invocation.out().append(view.getServiceName()).append('\n');
            }
            return ExitCode.OK;
        }
        return Formats.print(listing(rollouts, invocation), invocation);
    }

    private static List<String> states(Filters filters) {
        List<String> states = new ArrayList<>();
        for (String wanted : filters.of("state")) {
            String word = wanted.toLowerCase(Locale.ROOT);
            boolean known = false;
            for (RolloutState state : RolloutState.values()) {
                known |= state != RolloutState.UNRECOGNIZED && state != RolloutState.ROLLOUT_STATE_UNSPECIFIED
                        && Words.of(state).equals(word);
            }
            if (!known) {
                throw Flags.invalid("--filter state", wanted, "updating, paused, completed, rollback_started, "
                        + "rollback_paused or rollback_completed");
            }
            states.add(word);
        }
        return states;
    }

    private static Listing listing(List<RolloutView> rollouts, Invocation invocation) {
        Listing listing = new Listing(List.of(new Listing.Column("Service", "SERVICE"),
                new Listing.Column("State", "STATE"), new Listing.Column("From", "FROM"),
                new Listing.Column("To", "TO"),
                new Listing.Column("Done", "DONE"), new Listing.Column("InWork", "IN WORK"),
                new Listing.Column("Failed", "FAILED"), new Listing.Column("Started", "STARTED"),
                new Listing.Column("Estimate", "ESTIMATE"), new Listing.Column("Cause", "PAUSE CAUSE", false),
                new Listing.Column("Message", "MESSAGE", false)));
        for (RolloutView view : rollouts) {
            Rollout rollout = view.getRollout();
            listing.add(view.getServiceName(), Words.of(rollout.getState()), Long.toString(rollout.getFromRevision()),
                    Long.toString(rollout.getToRevision()), view.getDone() + "/" + view.getSlots(),
                    Integer.toString(view.getInWork()), Integer.toString(view.getFailed()),
                    HumanDuration.ago(Words.since(rollout.getStartedAt(), invocation.environment().time().now())),
                    view.hasEstimate()
                            ? GoDuration.print(Duration.ofSeconds(Math.max(1, view.getEstimate().getSeconds())))
                            : "",
                    Words.of(rollout.getPauseCause()), rollout.getMessage());
        }
        return listing;
    }

    private static final Comparator<RolloutView> BY_SERVICE = new Comparator<>() {
        @Override
        public int compare(RolloutView left, RolloutView right) {
            return NaturalOrder.compare(left.getServiceName(), right.getServiceName());
        }
    };
}
