package dev.mure.manager.store;

import dev.mure.v1.Batch;
import dev.mure.v1.Mutation;
import dev.mure.v1.ObjectVersion;
import dev.mure.v1.Precondition;
import dev.mure.v1.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The only way a {@link ClusterState} changes. Total and deterministic: equal states and equal batches give equal states on every
 * member, whatever the content of the batch.
 *
 * <p>A transaction is the result of a decision, never the decision: apply checks its preconditions (one that does not hold rejects
 * the whole transaction) and the guard of each mutation (one that does not hold skips that mutation), and copies values.
 */
public final class Applier {

    /** Format of entries and snapshots that this build reads and writes. */
    public static final int FORMAT = 1;

    /** What this build supports; an entry above it stops the member. */
    public static final int FEATURE_LEVEL = 1;

    /** Request ids are kept this long, in state time. */
    public static final long REQUEST_RETENTION_MILLIS = 10 * 60 * 1000L;

    /** Request ids kept at most. */
    public static final int MAX_REQUESTS = 10_000;

    private Applier() {}

    /**
     * Applies a log entry.
     *
     * @param entryTerm the term that the log gave the entry; a batch proposed in another term is rejected whole
     * @throws UnsupportedEntryException if the batch holds something that this build does not know; nothing was applied
     */
    public static Applied apply(ClusterState state, Batch batch, long entryTerm) {
        requireKnown(batch);
        ClusterState.Draft draft = new ClusterState.Draft(state);
        List<TransactionResult> results = new ArrayList<>(batch.getTransactionsCount());
        for (Transaction transaction : batch.getTransactionsList()) {
            results.add(batch.getTerm() == entryTerm
                    ? applyTransaction(draft, transaction)
                    : new TransactionResult.Rejected(
                            "proposed in term " + batch.getTerm() + ", logged in term " + entryTerm));
        }
        return new Applied(draft.build(), draft.delta.build(), results);
    }

    /**
     * Applies one transaction that is not in the log yet, as the leader does to work ahead of it. The same transactions in the same
     * order give the same state as {@link #apply}.
     */
    public static Applied applyAhead(ClusterState state, Transaction transaction) {
        return apply(state, Batch.newBuilder().addTransactions(transaction).build(), 0);
    }

    private static TransactionResult applyTransaction(ClusterState.Draft draft, Transaction transaction) {
        Optional<String> broken = transaction.getPreconditionsList().stream()
                .map(precondition -> violation(draft, precondition))
                .flatMap(Optional::stream)
                .findFirst();
        if (broken.isPresent()) {
            return new TransactionResult.Rejected(broken.get());
        }
        draft.index++;
        draft.clockMillis = Math.max(draft.clockMillis, transaction.getClockMillis());
        draft.wallTime = transaction.getWallTime();
        Mutations mutations = new Mutations(draft);
        List<Integer> skipped = new ArrayList<>();
        for (int i = 0; i < transaction.getMutationsCount(); i++) {
            if (!mutations.apply(transaction.getMutations(i))) {
                skipped.add(i);
            }
        }
        if (transaction.hasRequest()) {
            draft.putRequest(transaction.getRequest().toBuilder()
                    .setIndex(draft.index)
                    .setClockMillis(draft.clockMillis)
                    .build());
            draft.expireRequests(MAX_REQUESTS, REQUEST_RETENTION_MILLIS);
        }
        return new TransactionResult.Applied(draft.index, skipped);
    }

    private static Optional<String> violation(ClusterState.Draft draft, Precondition precondition) {
        return switch (precondition.getKindCase()) {
            case VERSION -> versionViolation(draft, precondition.getVersion());
            case SERVICE_NAME_FREE -> draft.nameTaken(precondition.getServiceNameFree())
                    ? Optional.of("the service name " + precondition.getServiceNameFree() + " is taken")
                    : Optional.empty();
            case REQUEST_UNKNOWN -> draft.request(precondition.getRequestUnknown()).isPresent()
                    ? Optional.of("request " + precondition.getRequestUnknown() + " was applied before")
                    : Optional.empty();
            case KIND_NOT_SET ->
                    throw new UnsupportedEntryException("a precondition of a kind that this build does not know");
        };
    }

    private static Optional<String> versionViolation(ClusterState.Draft draft, ObjectVersion expected) {
        long found = switch (expected.getObjectCase()) {
            case SERVICE_ID ->
                    draft.service(expected.getServiceId()).map(service -> service.getSpecVersion()).orElse(0L);
            case NODE_ID -> draft.node(expected.getNodeId()).map(node -> node.getSpecVersion()).orElse(0L);
            case TASK_ID -> draft.task(expected.getTaskId()).map(task -> task.getDesired().getVersion()).orElse(0L);
            case ROLLOUT_OF ->
                    draft.rollout(expected.getRolloutOf()).map(rollout -> rollout.getMeta().getVersion()).orElse(0L);
            case CLUSTER -> draft.cluster.map(cluster -> cluster.getMeta().getVersion()).orElse(0L);
            case OBJECT_NOT_SET ->
                    throw new UnsupportedEntryException("a version of an object that this build does not know");
        };
        return found == expected.getVersion()
                ? Optional.empty()
                : Optional.of(
                        expected.getObjectCase() + " is at version " + found + ", expected " + expected.getVersion());
    }

    /** Kinds are checked ahead, so that a batch is never half applied when one is unknown. */
    private static void requireKnown(Batch batch) {
        if (batch.getFeatureLevel() > FEATURE_LEVEL) {
            throw new UnsupportedEntryException(
                    "the entry needs feature level " + batch.getFeatureLevel() + ", this build has "
                            + FEATURE_LEVEL + ": install the version that the other managers run");
        }
        for (Transaction transaction : batch.getTransactionsList()) {
            for (Mutation mutation : transaction.getMutationsList()) {
                if (mutation.getKindCase() == Mutation.KindCase.KIND_NOT_SET) {
                    throw new UnsupportedEntryException(
                            "the entry holds a mutation that this build does not know: install the"
                                    + " version that the other managers run");
                }
            }
        }
    }
}
