package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.mure.manager.store.UnsupportedEntryException;
import dev.mure.v1.Batch;
import dev.mure.v1.Envelope;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EntryCodecTest {

    @Test
    void aBatchComesBackAsItWas() throws Exception {
        Batch batch = TestCluster.put(3, "a", "alpha");
        assertThat(EntryCodec.decode(EntryCodec.encode(batch))).isEqualTo(batch);
        assertThat(EntryCodec.decode(EntryCodec.encode(Batch.getDefaultInstance())))
                .isEqualTo(Batch.getDefaultInstance());
    }

    @Test
    void whatIsNotOursIsToldApartFromWhatIsNewer() {
        assertThatThrownBy(() -> EntryCodec.decode(ByteString.EMPTY))
                .isInstanceOf(InvalidProtocolBufferException.class);
        assertThatThrownBy(() -> EntryCodec.decode(ByteString.copyFromUtf8("something else")))
                .isInstanceOf(InvalidProtocolBufferException.class);
        assertThatThrownBy(() -> decode(Envelope.newBuilder().setFormat(2)))
                .isInstanceOf(UnsupportedEntryException.class);
        assertThatThrownBy(() -> decode(Envelope.newBuilder().setFormat(1).setKeyId(7)))
                .isInstanceOf(UnsupportedEntryException.class);
    }

    private static Batch decode(Envelope.Builder envelope) throws InvalidProtocolBufferException {
        return EntryCodec.decode(ByteString.copyFrom(envelope.build().toByteArray()));
    }
}
