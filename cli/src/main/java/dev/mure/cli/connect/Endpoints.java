package dev.mure.cli.connect;

import dev.mure.cli.process.Environment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which managers a command talks to: {@code --host}, else {@code MURE_HOST}, else the user's own socket. */
public final class Endpoints {
    private Endpoints() {}

    /**
     * The addresses in the order in which they are tried; at least one.
     *
     * @param hosts values of {@code --host}, each one address or several with commas between
     */
    public static List<Endpoint> of(List<String> hosts, Environment environment) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (String value : hosts) {
            addAll(endpoints, value, "--host");
        }
        if (endpoints.isEmpty()) {
            addAll(endpoints, environment.variable("MURE_HOST"), "MURE_HOST");
        }
        if (endpoints.isEmpty()) {
            endpoints.add(new Endpoint.UnixSocket(dataDirectory(environment).resolve("mure.sock")));
        }
        return endpoints;
    }

    private static void addAll(List<Endpoint> endpoints, @Nullable String value, String source) {
        if (value == null) {
            return;
        }
        int from = 0;
        while (from <= value.length()) {
            int comma = value.indexOf(',', from);
            int to = comma < 0 ? value.length() : comma;
            String one = value.substring(from, to).trim();
            if (!one.isEmpty()) {
                endpoints.add(Endpoint.parse(one, source));
            }
            from = to + 1;
        }
    }

    /** The data folder of a manager that the same user starts without saying where: the manager uses the same rule. */
    private static Path dataDirectory(Environment environment) {
        String chosen = environment.variable("MURE_DATA_DIR");
        if (chosen != null) {
            return Path.of(chosen);
        }
        if ("root".equals(System.getProperty("user.name"))) {
            return Path.of("/var/lib/mure");
        }
        String dataHome = environment.variable("XDG_DATA_HOME");
        if (dataHome != null) {
            return Path.of(dataHome, "mure");
        }
        String home = environment.variable("HOME");
        return Path.of(home != null ? home : System.getProperty("user.home"), ".local", "share", "mure");
    }
}
