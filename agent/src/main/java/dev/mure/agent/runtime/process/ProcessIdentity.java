package dev.mure.agent.runtime.process;

import java.util.Optional;

/**
 * Which process is meant, for as long as the machine exists: a number alone is given to another process some day.
 *
 * @param startTicks
 *            when it was started, in clock ticks since boot
 * @param bootId
 *            the boot during which it was started
 */
record ProcessIdentity(long pid, long startTicks, String bootId) {

    /** Reads what the shim writes; empty when the text is incomplete. */
    static Optional<ProcessIdentity> parse(String text) {
        String[] words = text.strip().split(" ", -1);
        if (!text.endsWith("\n") || words.length != 3) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ProcessIdentity(Long.parseLong(words[0]), Long.parseLong(words[1]), words[2]));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    boolean isOfThisBoot() {
        return bootId.equals(ProcFiles.bootId());
    }

    boolean isAlive() {
        return isOfThisBoot() && ProcFiles.startTicks(pid).filter(ticks -> ticks == startTicks).isPresent();
    }
}
