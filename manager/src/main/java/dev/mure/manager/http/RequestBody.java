package dev.mure.manager.http;

import io.grpc.Status;
import io.grpc.StatusException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** The body of a request, up to a limit. */
final class RequestBody {

    /** Above the API's own limit of 1 MiB, since JSON is longer than what it says. */
    static final int MAX_BYTES = 2 << 20;

    /** So much of a body that is too long is read and thrown away, for the client to be ready to hear the answer. */
    private static final int MAX_DISCARDED_BYTES = 32 << 20;

    private RequestBody() {}

    static byte[] read(Request request) throws StatusException {
        try (InputStream in = Content.Source.asInputStream(request)) {
            byte[] body = in.readNBytes(MAX_BYTES + 1);
            if (body.length > MAX_BYTES) {
                discard(in);
                throw Status.RESOURCE_EXHAUSTED
                        .withDescription("the request body has more than " + MAX_BYTES + " bytes (2 MiB)")
                        .asException();
            }
            return body;
        } catch (IOException e) {
            throw Status.CANCELLED.withDescription("the request body broke off").withCause(e).asException();
        }
    }

    private static void discard(InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 16];
        int left = MAX_DISCARDED_BYTES;
        for (int read = 0; read >= 0 && left > 0; left -= read) {
            read = in.read(buffer);
        }
    }

    /** The one message of a body of enveloped messages. */
    static byte[] onlyEnvelope(byte[] body) throws StatusException {
        ByteBuffer in = ByteBuffer.wrap(body);
        if (in.remaining() < Envelope.HEADER_BYTES) {
            throw invalid("the request has no enveloped message");
        }
        byte flags = in.get();
        int length = in.getInt();
        if (flags != 0) {
            throw Status.UNIMPLEMENTED.withDescription("compressed messages are not supported: use identity")
                    .asException();
        }
        if (length != in.remaining()) {
            throw invalid("the request must hold exactly one enveloped message");
        }
        byte[] message = new byte[length];
        in.get(message);
        return message;
    }

    private static StatusException invalid(String line) {
        return Status.INVALID_ARGUMENT.withDescription(line).asException();
    }
}
