package dev.mure.manager.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;

/**
 * Notices that the client of a streamed answer closed its connection while there is nothing to write. Only for connections that end
 * with the answer: whatever the client still sends is thrown away.
 */
final class ClientGone implements Callback {

    private final EndPoint endPoint;
    private final Runnable gone;

    private ClientGone(EndPoint endPoint, Runnable gone) {
        this.endPoint = endPoint;
        this.gone = gone;
    }

    /** Watches from now on; the request's body must have been read. */
    static void watch(Request request, Runnable gone) {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        // A quiet stream is none that hangs.
        endPoint.setIdleTimeout(0);
        endPoint.tryFillInterested(new ClientGone(endPoint, gone));
    }

    @Override
    public void succeeded() {
        try {
            ByteBuffer thrownAway = ByteBuffer.allocate(1024);
            // Jetty's buffers are handed over in flush mode.
            thrownAway.limit(0);
            int read = endPoint.fill(thrownAway);
            while (read > 0) {
                thrownAway.clear().limit(0);
                read = endPoint.fill(thrownAway);
            }
            if (read == 0 && endPoint.tryFillInterested(this)) {
                return;
            }
        } catch (IOException e) {
            // As good as an end.
        }
        gone.run();
    }

    @Override
    public void failed(Throwable cause) {
        if (!(cause instanceof TimeoutException && endPoint.isOpen() && endPoint.tryFillInterested(this))) {
            gone.run();
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
