/**
 * Replication: one log of batches, applied in the same order by every manager. It keeps the members of the cluster, opens and
 * closes {@link dev.mure.manager.raft.LeaderTerm}s, publishes each applied state through {@link dev.mure.manager.raft.StateFeed},
 * and writes and loads snapshots. The only package that sees Apache Ratis; no Ratis type crosses its border.
 *
 * <p>Neighbours: {@code store} says how a batch changes the state and knows nothing of this package; {@code leader} proposes through
 * a term; {@code dispatcher} and {@code api} read from the feed; the main class starts a member and ends the process when
 * {@link dev.mure.manager.raft.RaftMember#died()} says so.
 */
@NullMarked
package dev.mure.manager.raft;

import org.jspecify.annotations.NullMarked;
