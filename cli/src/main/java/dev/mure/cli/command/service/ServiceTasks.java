package dev.mure.cli.command.service;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Filters;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Formats;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.command.StaleReads;
import dev.mure.cli.connect.Code;
import dev.mure.cli.connect.ControlException;
import dev.mure.cli.format.CrashLoop;
import dev.mure.cli.format.HumanDuration;
import dev.mure.cli.format.Listing;
import dev.mure.cli.format.NaturalOrder;
import dev.mure.cli.format.Ports;
import dev.mure.cli.format.Words;
import dev.mure.cli.process.ExitCode;
import dev.mure.v1.ListNodesRequest;
import dev.mure.v1.ListTasksRequest;
import dev.mure.v1.ListTasksResponse;
import dev.mure.v1.NodeView;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure service ps}: per slot the task that stands for it, and under it what it replaced. */
final class ServiceTasks implements Command {
    private static final int MAX_ERROR_LENGTH = 30;

    @Override
    public CommandSpec spec() {
        return StaleReads.declare(Formats
                .declareForLists(
                        Specs.command("[OPTIONS] SERVICE [SERVICE...]", "List the tasks of one or more services."),
                        "desired-state, id, name, node"))
                .flag("--no-resolve", "Print ids in place of names.")
                .flag("--no-trunc", "Do not shorten ids, images and errors.").build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        Flags flags = invocation.flags();
        List<String> services = flags.someArguments("SERVICE");
        ListTasksRequest filter = filter(invocation);
        List<TaskView> tasks = new ArrayList<>();
        List<String> errors = new ArrayList<>();
        for (String service : services) {
            try {
                ListTasksResponse response =
                        invocation.client().listTasks(filter.toBuilder().addServices(service).build());
                StaleReads.mark(invocation, response.getStaleness(), response.getIndex());
                tasks.addAll(response.getTasksList());
            } catch (ControlException e) {
                if (e.code() != Code.NOT_FOUND) {
                    throw e;
                }
                errors.add("no such service: " + service);
            }
        }
        if (errors.size() < services.size()) {
            print(tasks, invocation);
        }
        for (String error : errors) {
            invocation.err().append("mure: ").append(error).append('\n');
        }
        return errors.isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
    }

    private static ListTasksRequest filter(Invocation invocation) {
        Filters filters = new Filters(invocation.flags(), "desired-state", "id", "name", "node");
        ListTasksRequest.Builder request =
                ListTasksRequest.newBuilder().addAllIds(filters.of("id")).addAllNames(filters.of("name"))
                        .setConsistency(StaleReads.consistency(invocation.flags()));
        for (String state : filters.of("desired-state")) {
            request.addDesiredStates(taskState(state));
        }
        for (String node : filters.of("node")) {
            request.addNodes(node.equals("self") ? self(invocation) : node);
        }
        return request.build();
    }

    private static TaskState taskState(String word) {
        for (TaskState state : TaskState.values()) {
            if (state != TaskState.UNRECOGNIZED && Words.of(state).equals(word.toLowerCase(Locale.ROOT))) {
                return state;
            }
        }
        throw Flags.invalid("--filter desired-state", word, "a state such as running, ready, shutdown");
    }

    private static String self(Invocation invocation) {
        ListNodesRequest request =
                ListNodesRequest.newBuilder().setConsistency(StaleReads.consistency(invocation.flags())).build();
        for (NodeView node : invocation.client().listNodes(request).getNodesList()) {
            if (node.getSelf()) {
                return node.getNode().getId();
            }
        }
        return "self";
    }

    private static void print(List<TaskView> tasks, Invocation invocation) {
        Flags flags = invocation.flags();
        boolean whole = flags.isSet("--no-trunc");
        boolean ids = flags.isSet("--no-resolve");
        String format = flags.value("--format");
        tasks.sort(new ByNameNewestFirst(ids));
        if (flags.isSet("--quiet") && format == null) {
            for (TaskView task : tasks) {
                invocation.out().append(whole ? task.getTask().getId() : Words.shortId(task.getTask().getId()))
                        .append('\n');
            }
            return;
        }
        Listing listing = new Listing(List.of(new Listing.Column("ID", "ID"), new Listing.Column("Name", "NAME"),
                new Listing.Column("Image", "IMAGE"), new Listing.Column("Node", "NODE"),
                new Listing.Column("DesiredState", "DESIRED STATE"),
                new Listing.Column("CurrentState", "CURRENT STATE"),
                new Listing.Column("Error", "ERROR"), new Listing.Column("Ports", "PORTS")));
        String previous = "";
        for (TaskView view : tasks) {
            Task task = view.getTask();
            String name = name(view, ids);
            boolean replaced = name.equals(previous) && Listing.isTable(format);
            listing.add(whole ? task.getId() : Words.shortId(task.getId()), replaced ? " \\_ " + name : name,
                    whole ? view.getImage() : Words.familiar(view.getImage()),
                    ids ? task.getNodeId() : view.getNodeName(),
                    Words.capital(Words.of(task.getDesired().getState())), currentState(task, invocation),
                    error(task, whole, invocation), Ports.print(task.getStatus().getContainer().getPortsList()));
            previous = name;
        }
        Formats.print(listing, invocation);
    }

    private static String name(TaskView view, boolean ids) {
        Task task = view.getTask();
        String service = ids || view.getServiceName().isEmpty() ? task.getServiceId() : view.getServiceName();
        return service + "."
                + (task.getOnlyNodeId().isEmpty() ? Integer.toString(task.getSlot()) : task.getOnlyNodeId());
    }

    private static String currentState(Task task, Invocation invocation) {
        return Words.capital(Words.of(task.getStatus().getState())) + " "
                + HumanDuration.ago(Words.since(task.getStatus().getAt(), invocation.environment().time().now()));
    }

    /** What is wrong; a crash loop is told whole, because its end says when it goes on. */
    private static String error(Task task, boolean whole, Invocation invocation) {
        String error = task.getStatus().getError();
        if (error.isEmpty()) {
            String loop = CrashLoop.words(task, invocation.environment().time().now());
            return loop.isEmpty() ? "" : "\"" + loop + "\"";
        }
        boolean cut = !whole && error.codePointCount(0, error.length()) > MAX_ERROR_LENGTH;
        String text = cut ? error.substring(0, error.offsetByCodePoints(0, MAX_ERROR_LENGTH - 1)) + "…" : error;
        return "\"" + text.replace('\n', ' ') + "\"";
    }

    private record ByNameNewestFirst(boolean ids) implements Comparator<TaskView> {
        @Override
        public int compare(TaskView left, TaskView right) {
            int byName = NaturalOrder.compare(name(left, ids), name(right, ids));
            return byName != 0
                    ? byName
                    : Long.compareUnsigned(right.getTask().getMeta().getCreatedVersion(),
                            left.getTask().getMeta().getCreatedVersion());
        }
    }
}
