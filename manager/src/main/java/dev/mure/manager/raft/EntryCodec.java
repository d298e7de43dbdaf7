package dev.mure.manager.raft;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.mure.manager.store.Applier;
import dev.mure.manager.store.UnsupportedEntryException;
import dev.mure.v1.Batch;
import dev.mure.v1.Envelope;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** A batch as bytes of the log, and back. The only place where our protobuf and the copy inside Ratis meet. */
final class EntryCodec {

    /** The payload is not encrypted. */
    static final int CLEAR = 0;

    private EntryCodec() {}

    static ByteString encode(Batch batch) {
        return UnsafeByteOperations.unsafeWrap(seal(batch.toByteString()).toByteArray());
    }

    /**
     * Reads an entry.
     *
     * @throws InvalidProtocolBufferException if these are no bytes of ours; the same on every member
     * @throws UnsupportedEntryException if a newer build wrote them
     */
    static Batch decode(ByteString bytes) throws InvalidProtocolBufferException {
        return Batch.parseFrom(open(Envelope.parseFrom(bytes.asReadOnlyByteBuffer()), "the log entry"));
    }

    static Envelope seal(com.google.protobuf.ByteString payload) {
        return Envelope.newBuilder().setFormat(Applier.FORMAT).setKeyId(CLEAR).setPayload(payload).build();
    }

    static com.google.protobuf.ByteString open(Envelope envelope, String what) throws InvalidProtocolBufferException {
        if (envelope.getFormat() == 0) {
            throw new InvalidProtocolBufferException(what + " has no format");
        }
        if (envelope.getFormat() != Applier.FORMAT || envelope.getKeyId() != CLEAR) {
            throw new UnsupportedEntryException(
                    what + " has format " + envelope.getFormat() + " and key " + envelope.getKeyId()
                            + ", this build reads format " + Applier.FORMAT
                            + " without encryption: install the version that the other managers run");
        }
        return envelope.getPayload();
    }
}
