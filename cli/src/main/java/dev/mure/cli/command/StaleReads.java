package dev.mure.cli.command;

import dev.mure.cli.format.HumanDuration;
import dev.mure.cli.format.Words;
import dev.mure.v1.Consistency;
import dev.mure.v1.Staleness;

/** The flag {@code --stale} of commands that read: an answer without a leader, marked as what it is. */
public final class StaleReads {
    private StaleReads() {}

    /** Adds {@code --stale}. */
    public static Specs declare(Specs specs) {
        return specs.flag("--stale",
                "Show what the asked manager knows by itself, which may be old. Works without a leader.");
    }

    /** What a request has to ask for. */
    public static Consistency consistency(Flags flags) {
        return flags.isSet("--stale") ? Consistency.CONSISTENCY_STALE : Consistency.CONSISTENCY_LINEARIZABLE;
    }

    /**
     * Says on standard error how old an answer may be, if a stale one was asked for.
     *
     * @param index state index of the answer
     */
    public static void mark(Invocation invocation, Staleness staleness, long index) {
        if (!invocation.flags().isSet("--stale")) {
            return;
        }
        invocation.err().append("mure: stale: what this manager knows, at index ").append(Long.toUnsignedString(index));
        if (staleness.hasNoLeaderSince()) {
            String ago = HumanDuration.ago(
                    Words.since(staleness.getNoLeaderSince(), invocation.environment().time().now()));
            invocation.err().append("; it knows no leader since ").append(Words.of(staleness.getNoLeaderSince()))
                    .append(" (").append(ago).append(')');
        } else {
            invocation.err().append("; it knows a leader");
        }
        invocation.err().append('\n');
    }
}
