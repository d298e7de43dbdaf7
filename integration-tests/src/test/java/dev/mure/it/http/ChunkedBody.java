package dev.mure.it.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Takes the chunked transfer coding off. */
final class ChunkedBody extends InputStream {

    private final InputStream in;
    private long left;
    private boolean started;
    private boolean ended;

    ChunkedBody(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0 && !ended) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        int read = in.read(bytes, offset, (int) Math.min(length, left));
        if (read < 0) {
            throw new EOFException("the connection ended in the middle of a chunk");
        }
        left -= read;
        return read;
    }

    private void nextChunk() throws IOException {
        if (started) {
            HttpExchange.line(in);
        }
        started = true;
        String size = HttpExchange.line(in);
        int extension = size.indexOf(';');
        left = Long.parseLong((extension < 0 ? size : size.substring(0, extension)).strip(), 16);
        ended = left == 0;
    }
}
