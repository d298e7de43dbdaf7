package dev.mure.it.http;

import com.google.protobuf.ByteString;

/** What is sent with a request. */
public record HttpBody(String contentType, ByteString bytes) {

    /** For requests that send nothing. */
    public static final HttpBody NONE = new HttpBody("", ByteString.EMPTY);

    /** A JSON document. */
    public static HttpBody json(String json) {
        return new HttpBody("application/json", ByteString.copyFromUtf8(json));
    }
}
