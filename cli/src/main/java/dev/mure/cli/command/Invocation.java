package dev.mure.cli.command;

import dev.mure.cli.connect.ControlClient;
import dev.mure.cli.connect.Endpoints;
import dev.mure.cli.process.Environment;
import dev.mure.v1.RequestId;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One run of a command: its flags, its surroundings and the way to the managers. */
public final class Invocation {
    private final Flags flags;
    private final List<String> hosts;
    private final Environment environment;
    private @Nullable ControlClient client;

    /**
     * @param hosts values of {@code --host}
     */
    public Invocation(Flags flags, List<String> hosts, Environment environment) {
        this.flags = flags;
        this.hosts = hosts;
        this.environment = environment;
    }

    public Flags flags() {
        return flags;
    }

    public Environment environment() {
        return environment;
    }

    public PrintStream out() {
        return environment.out();
    }

    public PrintStream err() {
        return environment.err();
    }

    /** The managers that this run talks to. */
    public ControlClient client() {
        if (client == null) {
            client = new ControlClient(Endpoints.of(hosts, environment), environment.time());
        }
        return client;
    }

    /**
     * A new id for a write.
     *
     * @param knownIndex state index of an earlier read of this run; 0 if there was none
     */
    public RequestId newRequest(long knownIndex) {
        return RequestId.newBuilder().setId(environment.ids().next()).setFirstIndex(knownIndex).build();
    }
}
