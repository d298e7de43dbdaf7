package dev.mure.it.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Ends a body at the length that its head announced. */
final class LimitedBody extends InputStream {

    private final InputStream in;
    private long left;

    LimitedBody(InputStream in, long length) {
        this.in = in;
        this.left = length;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left == 0 || length == 0) {
            return left == 0 ? -1 : 0;
        }
        int read = in.read(bytes, offset, (int) Math.min(length, left));
        if (read < 0) {
            throw new EOFException("the connection ended " + left + " bytes too early");
        }
        left -= read;
        return read;
    }
}
