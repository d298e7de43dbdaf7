package dev.mure.manager;

import dev.mure.manager.api.Quorum;
import dev.mure.manager.raft.StateFeed;
import dev.mure.manager.raft.TermProbe;
import dev.mure.manager.raft.Voter;
import dev.mure.v1.Node;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks the other managers again and again whether they are there, each on its own, so that a manager without a leader can say at
 * once who is missing and since when. What Raft knows is not enough: a follower hears of nobody but the leader.
 *
 * <p>The connections stay open by it, so that the way to whoever leads next needs no handshake. One thread asks; each answer comes on a virtual thread of its own. A manager is silent from its first answer that is overdue.
 */
final class ManagerPulse implements Quorum, AutoCloseable {

    private static final Duration PERIOD = Duration.ofMillis(500);
    /** While no leader is known somebody may be waiting to hear why. */
    private static final Duration PERIOD_WITHOUT_LEADER = Duration.ofMillis(100);
    private static final Duration ANSWER_WITHIN = Duration.ofMillis(600);

    /**
     * What is known of a manager.
     *
     * @param since when it last answered, if it does; else since when it is silent
     */
    private record Contact(boolean answers, Instant since) {}

    private final String self;
    private final Supplier<Set<Voter>> voters;
    private final Supplier<Optional<String>> leader;
    private final StateFeed feed;
    private final TermProbe probe;
    private final Instant started = Instant.now();
    private final Map<String, Contact> contacts = new ConcurrentHashMap<>();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final Thread thread = Thread.ofVirtual().name("manager-pulse").unstarted(this::run);
    private final Consumer<Boolean> led;
    private volatile @Nullable Instant leaderless;

    /**
     * A pulse; {@link #start} sets it going.
     *
     * @param self Raft id of this manager
     * @param leader Raft id of the leader, if one is known
     * @param probe any answer will do
     * @param led is told with every round whether a leader is known
     */
    ManagerPulse(String self, Supplier<Set<Voter>> voters, Supplier<Optional<String>> leader, StateFeed feed,
            TermProbe probe, Consumer<Boolean> led) {
        this.self = self;
        this.voters = voters;
        this.leader = leader;
        this.feed = feed;
        this.probe = probe;
        this.led = led;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                boolean known = leaderlessSince().isEmpty();
                led.accept(known);
                Set<String> peers = voters.get().stream().map(Voter::peerId).collect(Collectors.toSet());
                contacts.keySet().retainAll(peers); // every join makes a new id
                peers.forEach(this::ask);
                Thread.sleep(known ? PERIOD : PERIOD_WITHOUT_LEADER);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask(String peerId) {
        if (!peerId.equals(self) && asked.add(peerId)) {
            Thread.ofVirtual().name("pulse-of-" + peerId).start(() -> {
                try {
                    long _ = probe.termOf(peerId, ANSWER_WITHIN);
                    contacts.put(peerId, new Contact(true, Instant.now()));
                } catch (IOException | RuntimeException e) {
                    contacts.compute(peerId, (id, before) -> silent(before));
                } finally {
                    asked.remove(peerId);
                }
            });
        }
    }

    private Contact silent(@Nullable Contact before) {
        return before == null ? new Contact(false, started) : new Contact(false, before.since);
    }

    @Override
    public Optional<String> lost() {
        if (leader.get().isPresent()) {
            return Optional.empty();
        }
        Set<Voter> all = voters.get();
        var missing = all.stream()
                .flatMap(voter -> silentPeer(voter.peerId()).map(since -> named(voter, since)).stream())
                .toList();
        return missing.isEmpty()
                ? Optional.empty()
                : QuorumLoss.of(all.size(), missing, Instant.now(), ZoneId.systemDefault());
    }

    private QuorumLoss.Silent named(Voter voter, Instant since) {
        Optional<Node> node = feed.current()
                .nodes()
                .stream()
                .filter(listed -> listed.getManager().getRaftPeerId().equals(voter.peerId()))
                .findAny();
        return new QuorumLoss.Silent(node.map(Node::getName).orElse(voter.peerId()),
                node.map(listed -> listed.getManager().getGrpcAddress()).orElse(voter.address()), since);
    }

    @Override
    public Optional<Instant> leaderlessSince() {
        if (leader.get().isPresent()) {
            leaderless = null;
            return Optional.empty();
        }
        Instant since = leaderless;
        if (since == null) {
            since = Instant.now();
            leaderless = since;
        }
        return Optional.of(since);
    }

    @Override
    public Optional<Instant> silentSince(String nodeId) {
        return feed.current().node(nodeId).filter(Node::hasManager).flatMap(
                node -> silentPeer(node.getManager().getRaftPeerId()));
    }

    /** Nobody is called silent before the first answer is overdue. */
    private Optional<Instant> silentPeer(String peerId) {
        return Optional.ofNullable(contacts.get(peerId))
                .filter(contact -> !contact.answers)
                .map(Contact::since);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
