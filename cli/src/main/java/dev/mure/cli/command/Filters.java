package dev.mure.cli.command;

import dev.mure.cli.process.WrongUsage;
import java.util.ArrayList;
import java.util.List;

/** The values of {@code --filter KEY=VALUE}. */
public final class Filters {
    private final List<String> filters;

    /**
     * @param flags of the run
     * @param keys those that the command knows; another is refused
     */
    public Filters(Flags flags, String... keys) {
        this.filters = flags.values("--filter");
        for (String filter : filters) {
            int equals = filter.indexOf('=');
            if (equals <= 0) {
                throw Flags.invalid("--filter", filter, "KEY=VALUE");
            }
            if (!List.of(keys).contains(filter.substring(0, equals))) {
                throw new WrongUsage("unknown filter \"" + filter.substring(0, equals) + "\" (there are: "
                        + String.join(", ", keys) + ")");
            }
        }
    }

    /** The values given for a key. */
    public List<String> of(String key) {
        List<String> values = new ArrayList<>();
        for (String filter : filters) {
            if (filter.startsWith(key) && filter.charAt(key.length()) == '=') {
                values.add(filter.substring(key.length() + 1));
            }
        }
        return values;
    }
}
