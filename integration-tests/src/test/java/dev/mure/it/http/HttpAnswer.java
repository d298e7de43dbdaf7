package dev.mure.it.http;

import com.google.protobuf.ByteString;

/** A whole answer. */
public record HttpAnswer(int status, ByteString body) {

    /** The body as text. */
    public String text() {
        return body.toStringUtf8();
    }
}
