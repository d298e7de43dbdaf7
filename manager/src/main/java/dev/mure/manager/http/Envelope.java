package dev.mure.manager.http;

import java.nio.ByteBuffer;

/** The frame around each message of a stream: a byte of flags, four bytes of length, the message. */
final class Envelope {

    static final int HEADER_BYTES = 5;
    static final byte MESSAGE = 0;
    /** The last one of a stream: JSON that says how it ended. */
    static final byte END_OF_STREAM = 2;

    private Envelope() {}

    static ByteBuffer of(byte flags, byte[] message) {
        return ByteBuffer.allocate(HEADER_BYTES + message.length).put(flags).putInt(message.length).put(message).flip();
    }
}
