package dev.mure.manager;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** When too few managers answer for one of them to lead, and how that is said. */
final class QuorumLoss {

    /**
     * A manager that does not answer.
     *
     * @param address HOST:PORT
     * @param since wall time of its last answer, or since when it has been asked
     */
    record Silent(String name, String address, Instant since) {}

    private static final DateTimeFormatter TODAY = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter EARLIER = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private QuorumLoss() {}

    /**
     * Says which managers are missing, if those that are not are no majority.
     *
     * @param voters how many managers vote
     * @param silent those of them that do not answer
     * @param zone in whose time it is said; a day is told only if it is another one than that of {@code now}
     */
    static Optional<String> of(int voters, Collection<Silent> silent, Instant now, ZoneId zone) {
        if (voters - silent.size() > voters / 2) {
            return Optional.empty();
        }
        String names = silent.stream().map(one -> named(one, now, zone)).sorted().collect(Collectors.joining(", "));
        return Optional.of(silent.size() + " of " + voters + (silent.size() == 1 ? " managers is" : " managers are")
                + " unreachable: " + names + "; more than half must be online");
    }

    /** So many must be online. */
    static int needed(int voters) {
        return voters / 2 + 1;
    }

    private static String named(Silent silent, Instant now, ZoneId zone) {
        boolean today = silent.since.atZone(zone).toLocalDate().equals(now.atZone(zone).toLocalDate());
        return silent.name + " (" + silent.address + ") since "
                + (today ? TODAY : EARLIER).format(silent.since.atZone(zone));
    }
}
