package dev.mure.cli.command.service;

import dev.mure.cli.command.Flags;
import dev.mure.cli.process.Environment;
import dev.mure.cli.process.WrongUsage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The environment variables of a container, with their changes. Order is kept, because another order is another revision. */
final class Variables {
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Environment environment;

    /**
     * @param environment of the command itself, from which {@code KEY} without a value is taken
     */
    Variables(Environment environment) {
        this.environment = environment;
    }

    /** Adds {@code KEY=VALUE}s that are known to be right. */
    Variables with(List<String> entries) {
        for (String entry : entries) {
            int equals = entry.indexOf('=');
            values.put(equals < 0 ? entry : entry.substring(0, equals), equals < 0 ? "" : entry.substring(equals + 1));
        }
        return this;
    }

    Variables remove(List<String> keys) {
        for (String key : keys) {
            values.remove(key);
        }
        return this;
    }

    /** Adds {@code KEY=VALUE} or {@code KEY}, which takes the command's own value and is left out if it has none. */
    Variables add(String flag, List<String> entries) {
        for (String entry : entries) {
            if (!add(entry)) {
                throw Flags.invalid(flag, entry, "KEY=VALUE or KEY");
            }
        }
        return this;
    }

    /** Adds the lines of files; blank lines and those that begin with # are left out. */
    Variables addFiles(String flag, List<String> files) {
        for (String file : files) {
            int number = 0;
            for (String line : read(flag, file)) {
                number++;
                String entry = line.stripLeading();
                if (!entry.isEmpty() && entry.charAt(0) != '#' && !add(entry)) {
                    throw new WrongUsage(
                            "invalid line " + number + " in " + file + " of " + flag + ": expected KEY=VALUE or KEY");
                }
            }
        }
        return this;
    }

    List<String> entries() {
        List<String> entries = new ArrayList<>();
        for (Map.Entry<String, String> value : values.entrySet()) {
            entries.add(value.getKey() + "=" + value.getValue());
        }
        return entries;
    }

    private boolean add(String entry) {
        int equals = entry.indexOf('=');
        String key = equals < 0 ? entry : entry.substring(0, equals);
        if (key.isEmpty() || key.indexOf(' ') >= 0 || key.indexOf('\t') >= 0) {
            return false;
        }
        String value = equals < 0 ? environment.variables().get(key) : entry.substring(equals + 1);
        if (value != null) {
            values.put(key, value);
        }
        return true;
    }

    private static List<String> read(String flag, String file) {
        try {
            return Files.readAllLines(Path.of(file), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new WrongUsage("no such file in " + flag + ": " + file);
        } catch (IOException | InvalidPathException e) {
            throw new WrongUsage("cannot read the file in " + flag + ": " + file + ": " + e.getMessage());
        }
    }
}
