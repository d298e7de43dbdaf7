package dev.mure.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What this machine is, in the words of `uname`. */
final class Machine {

    private static final Pattern MEM_TOTAL = Pattern.compile("(?m)^MemTotal:\\s+([0-9]+) kB$");

    private Machine() {}

    static String os() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT);
    }

    static String architecture() {
        String name = System.getProperty("os.arch");
        return name.equals("amd64") ? "x86_64" : name;
    }

    static long nanoCpus() {
        return Runtime.getRuntime().availableProcessors() * 1_000_000_000L;
    }

    /** 0 when it can't be told. */
    static long memoryBytes() {
        try {
            Matcher matcher = MEM_TOTAL.matcher(Files.readString(Path.of("/proc/meminfo")));
            return matcher.find() ? Long.parseLong(matcher.group(1)) * 1024 : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
