package dev.mure.manager.api;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Decision;
import dev.mure.manager.leader.Refusal;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.RequestId;
import dev.mure.v1.RequestRecord;
import java.util.Optional;

/**
 * Makes a repeated request harmless: a request id that was decided before gets the first answer again, and one that may have been
 * forgotten since is refused. The record's id carries the method, so that an id used for two methods means two requests.
 *
 * @param prototype of the method's response
 */
record AnsweredOnce<R extends Message>(String method, RequestId request, R prototype, Decision<R> decision)
        implements
            Decision<R> {

    private static final int MAX_ID = 64;

    @Override
    public Decided<R> decide(ClusterState pending, long nowMillis) throws Refusal {
        if (request.getId().isEmpty()) {
            return decision.decide(pending, nowMillis);
        }
        SpecValidation.require(request.getId().length() <= MAX_ID,
                "request id: " + SpecValidation.quoted(request.getId()) + " is longer than " + MAX_ID + " characters");
        String key = method + ':' + request.getId();
        Optional<RequestRecord> known = pending.request(key);
        if (known.isPresent()) {
            return Decided.unchanged(answer(known.get()));
        }
        if (request.getFirstIndex() != 0
                && Long.compareUnsigned(request.getFirstIndex(), pending.requestHorizon()) < 0) {
            throw new Refusal(Refusal.Kind.OUTCOME_UNKNOWN, "outcome unknown: this request was first tried at index "
                    + Long.toUnsignedString(request.getFirstIndex())
                    + " and answers that old are forgotten: look whether it took effect before sending it as a new one");
        }
        Decided<R> decided = decision.decide(pending, nowMillis);
        return new Decided<>(decided.mutations(),
                Optional.of(RequestRecord.newBuilder().setId(key).setResponse(decided.answer().toByteString()).build()),
                decided.answer());
    }

    private R answer(RequestRecord record) {
        try {
            @SuppressWarnings("unchecked") // A prototype parses its own type.
            R answer = (R) prototype.getParserForType().parseFrom(record.getResponse());
            return answer;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the kept answer of request " + record.getId() + " can't be read", e);
        }
    }
}
