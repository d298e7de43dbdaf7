package dev.mure.manager.raft;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the names of Ratis' log files say. */
final class LogFiles {

    private static final Pattern SEGMENT = Pattern.compile("log_(?:inprogress_)?(\\d+)(?:-\\d+)?");

    private LogFiles() {}

    /** The first log index on disk; empty if there is no log. */
    static OptionalLong firstIndex(Path current) throws IOException {
        return DurableFiles.list(current).stream()
                .map(path -> SEGMENT.matcher(String.valueOf(path.getFileName())))
                .filter(Matcher::matches)
                .mapToLong(matcher -> Long.parseLong(matcher.group(1)))
                .min();
    }
}
