package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ratis' callbacks about leadership can come out of order, and it may say that a member leads when it does not. */
@Timeout(120)
class Finding12LeadershipTest {

    @TempDir
    Path dir;

    private record Event(boolean opened, long term) {}

    private static final class Recorder implements LeadershipListener {

        private final List<Event> events = new CopyOnWriteArrayList<>();
        private final Set<String> threads = new HashSet<>();

        @Override
        public void termOpened(LeaderTerm term) {
            threads.add(Thread.currentThread().getName());
            events.add(new Event(true, term.number()));
        }

        @Override
        public void termClosed(LeaderTerm term) {
            threads.add(Thread.currentThread().getName());
            assertThat(term.isOpen()).isFalse();
            events.add(new Event(false, term.number()));
        }
    }

    @Test
    void listenersSeeEachTermOpenAndCloseInOrder() throws Exception {
        List<Recorder> recorders = new ArrayList<>();
        try (TestCluster cluster = TestCluster.of(dir, 3)) {
            for (RaftMember member : cluster.members()) {
                Recorder recorder = new Recorder();
                recorders.add(recorder);
                member.onLeadership(recorder);
            }
            for (int i = 0; i < 5; i++) {
                RaftMember leader = cluster.leader();
                leader.handOver(TestCluster.PATIENCE);
                cluster.commitSurely("n" + i, "after a change");
            }
        }
        Set<Long> terms = new HashSet<>();
        for (Recorder recorder : recorders) {
            assertThat(recorder.threads).allMatch("raft-leadership-listener"::equals);
            long last = 0;
            for (int i = 0; i < recorder.events.size(); i += 2) {
                Event opened = recorder.events.get(i);
                assertThat(opened.opened()).isTrue();
                assertThat(opened.term()).isGreaterThan(last);
                last = opened.term();
                assertThat(recorder.events.get(i + 1)).isEqualTo(new Event(false, last));
                assertThat(terms.add(last)).as("term %d is opened by one member only", last).isTrue();
            }
        }
        assertThat(terms).hasSizeGreaterThanOrEqualTo(5);
    }

    @Test
    void aClosedTermIsFollowedByANewOne() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 1)) {
            RaftMember member = cluster.leader();
            LeaderTerm first = member.openTerm().orElseThrow();
            first.close("the test says so");
            TestCluster.awaitTrue("a new term", () -> member.openTerm().isPresent());
            LeaderTerm second = member.openTerm().orElseThrow();
            assertThat(second.number()).isGreaterThan(first.number());
            assertThat(first.isOpen()).isFalse();
            assertThat(TestCluster.outcome(first.submit(TestCluster.put(first, "a", "old"))))
                    .isInstanceOf(CommitOutcome.Refused.class);
            assertThat(TestCluster.outcome(second.submit(TestCluster.put(second, "a", "new"))))
                    .isInstanceOf(CommitOutcome.Applied.class);
        }
    }

    @Test
    void aListenerThatFailsEndsTheTerm() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 1)) {
            RaftMember member = cluster.leader();
            LeaderTerm first = member.openTerm().orElseThrow();
            member.onLeadership(new FailingOnce());
            TestCluster.awaitTrue("the term is closed", () -> !first.isOpen());
            assertThat(cluster.commitSurely("a", "in the next term").stateIndex()).isEqualTo(1);
        }
    }

    private static final class FailingOnce implements LeadershipListener {
        private boolean failed;

        @Override
        public void termOpened(LeaderTerm term) {
            if (!failed) {
                failed = true;
                throw new IllegalStateException("on purpose");
            }
        }

        @Override
        public void termClosed(LeaderTerm term) {}
    }

    @Test
    void leadershipIsHandedOver() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 3)) {
            RaftMember leader = cluster.leader();
            assertThat(leader.handOver(Duration.ofSeconds(5))).isTrue();
            assertThat(leader.openTerm()).isEmpty();
            assertThat(cluster.leader()).isNotSameAs(leader);
            assertThat(leader.handOver(Duration.ofSeconds(5))).as("nothing to hand over").isTrue();
        }
    }

    @Test
    void leadershipGoesToTheOneThatIsUpToDate() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 3)) {
            RaftMember leader = cluster.leader();
            RaftMember dead = cluster.followers().getFirst();
            RaftMember alive = cluster.followers().getLast();
            cluster.stop(dead);
            cluster.commit("a", "alpha");
            assertThat(leader.handOver(Duration.ofSeconds(5))).isTrue();
            TestCluster.awaitTrue("the one that answers leads", () -> alive.openTerm().isPresent());
        }
    }
}
