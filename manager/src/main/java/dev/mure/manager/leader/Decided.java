package dev.mure.manager.leader;

import dev.mure.v1.Mutation;
import dev.mure.v1.RequestRecord;
import java.util.List;
import java.util.Optional;

/**
 * What follows from a request.
 *
 * @param mutations the changes, applied together as the next transaction; none if nothing changes
 * @param request the client's request id with the answer to repeat; its clock and index are filled in. Kept only together with
 *        mutations
 * @param answer for the caller, after the commit. Where it names the state index, that is {@code pending.index() + 1} if there are
 *        mutations, else {@code pending.index()}
 * @param <R> the answer's type
 */
public record Decided<R>(List<Mutation> mutations, Optional<RequestRecord> request, R answer) {
    public Decided {
        mutations = List.copyOf(mutations);
    }

    /** Nothing has to change for this answer. */
    public static <R> Decided<R> unchanged(R answer) {
        return new Decided<>(List.of(), Optional.empty(), answer);
    }
}
