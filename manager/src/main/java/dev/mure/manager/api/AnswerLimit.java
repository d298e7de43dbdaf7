package dev.mure.manager.api;

import com.google.protobuf.Message;
import io.grpc.Status;
import java.util.List;
import java.util.stream.Stream;

/** Keeps answers below what a message may have, with a line that says so instead of a broken connection. */
final class AnswerLimit {

    /** Leaves room for what is around the list. */
    private static final int MAX_BYTES = ManagerChannels.MAX_MESSAGE_BYTES - (64 << 10);

    private AnswerLimit() {}

    static <M extends Message> List<M> collect(Stream<M> messages) {
        long[] bytes = {0};
        return messages.peek(message -> {
            bytes[0] += message.getSerializedSize() + 8;
            if (bytes[0] > MAX_BYTES) {
                throw Status.RESOURCE_EXHAUSTED
                        .withDescription("the answer would have more than 16 MiB: ask for less with a filter")
                        .asRuntimeException();
            }
        }).toList();
    }
}
