package dev.mure.cli.command.service;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Filters;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Formats;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.command.StaleReads;
import dev.mure.cli.format.Listing;
import dev.mure.cli.format.NaturalOrder;
import dev.mure.cli.format.Words;
import dev.mure.cli.process.ExitCode;
import dev.mure.v1.ListServicesRequest;
import dev.mure.v1.ListServicesResponse;
import dev.mure.v1.ServiceView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure service ls}. */
final class ServiceList implements Command {
    @Override
    public CommandSpec spec() {
        return StaleReads.declare(
                Formats.declareForLists(Specs.command("[OPTIONS]", "List services."), "id, label, mode, name"))
                .aliases("list").build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        Flags flags = invocation.flags();
        flags.noArguments();
        Filters filters = new Filters(flags, "id", "label", "mode", "name");
        ListServicesRequest request =
                ListServicesRequest.newBuilder().addAllIds(filters.of("id")).addAllNames(filters.of("name"))
                        .addAllLabels(filters.of("label")).setConsistency(StaleReads.consistency(flags)).build();
        List<String> modes = filters.of("mode");
        for (String mode : modes) {
            if (!mode.equals("replicated") && !mode.equals("global")) {
                throw Flags.invalid("--filter mode", mode, "replicated or global");
            }
        }
        List<ServiceView> services = new ArrayList<>();
        ListServicesResponse response = invocation.client().listServices(request);
        StaleReads.mark(invocation, response.getStaleness(), response.getIndex());
        for (ServiceView service : response.getServicesList()) {
            if (modes.isEmpty() || modes.contains(mode(service))) {
                services.add(service);
            }
        }
        services.sort(BY_NAME);
        if (flags.isSet("--quiet") && flags.value("--format") == null) {
            for (ServiceView service : services) {
                invocation.out().append(Words.shortId(service.getId())).append('\n');
            }
            return ExitCode.OK;
        }
        Listing listing = new Listing(List.of(new Listing.Column("ID", "ID"), new Listing.Column("Name", "NAME"),
                new Listing.Column("Mode", "MODE"), new Listing.Column("Replicas", "REPLICAS"),
                new Listing.Column("Image", "IMAGE"),
                new Listing.Column("Ports", "PORTS")));
        for (ServiceView service : services) {
            listing.add(Words.shortId(service.getId()), service.getSpec().getName(), mode(service),
                    service.getRunningTasks() + "/" + service.getDesiredTasks(),
                    Words.familiar(service.getSpec().getTask().getContainer().getImage()), "");
        }
        return Formats.print(listing, invocation);
    }

    private static String mode(ServiceView service) {
        return switch (service.getSpec().getModeCase()) {
            case REPLICATED, MODE_NOT_SET -> "replicated";
            case GLOBAL -> "global";
        };
    }

    // A class and not a lambda: the first lambda of a run costs start-up time.
    private static final Comparator<ServiceView> BY_NAME = new Comparator<>() {
        @Override
        public int compare(ServiceView left, ServiceView right) {
            return NaturalOrder.compare(left.getSpec().getName(), right.getSpec().getName());
        }
    };
}
