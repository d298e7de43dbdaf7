package dev.mure.manager.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The body of a streamed answer. A write returns when the connection has taken it, so a client that reads slowly slows down
 * whoever writes, and one that reads nothing for long is given up.
 */
final class StreamBody {

    private static final int GIVE_UP_SECONDS = 30;

    private final Response response;

    StreamBody(Response response) {
        this.response = response;
    }

    void write(ByteBuffer bytes) throws IOException {
        Callback.Completable written = new Callback.Completable();
        response.write(false, bytes, written);
        try {
            written.get(GIVE_UP_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("the client has gone", e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("the client reads nothing", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
