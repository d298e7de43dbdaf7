package dev.mure.manager.raft;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.mure.manager.store.Applier;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Envelope;
import dev.mure.v1.SnapshotHeader;
import dev.mure.v1.SnapshotRecord;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.util.MD5FileUtil;

/**
 * The format of a snapshot: a {@link SnapshotHeader}, then as many {@link Envelope}d {@link SnapshotRecord}s as it says, each with
 * its length in front; then the CRC32C of all bytes before, in four bytes, high byte first.
 */
final class SnapshotFile {

    private static final int TRAILER_BYTES = Integer.BYTES;
    private static final int BUFFER_BYTES = 1 << 16;

    private SnapshotFile() {}

    /**
     * Writes a state and forces it to disk.
     *
     * @param file made or replaced
     * @return the MD5 of the file, which Ratis wants beside it
     */
    static MD5Hash write(Path file, ClusterState state, TermIndex position) throws IOException {
        MessageDigest md5 = MD5FileUtil.newMD5();
        CRC32C crc = new CRC32C();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            OutputStream digested = new DigestOutputStream(
                    new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES), md5);
            OutputStream checked = new BufferedOutputStream(new CheckedOutputStream(digested, crc), BUFFER_BYTES);
            state.snapshotHeader().setRaftTerm(position.getTerm()).setRaftIndex(position.getIndex()).build()
                    .writeDelimitedTo(checked);
            for (Iterator<SnapshotRecord> records = state.records().iterator(); records.hasNext();) {
                EntryCodec.seal(records.next().toByteString()).writeDelimitedTo(checked);
            }
            checked.flush();
            digested.write(ByteBuffer.allocate(TRAILER_BYTES).putInt((int) crc.getValue()).array());
            digested.flush();
            channel.force(true);
        }
        return MD5Hash.newInstance(md5.digest());
    }

    /**
     * Reads a state back.
     *
     * @param position what the name of the file says
     * @throws SnapshotDamagedException if the file is not what was written
     * @throws dev.mure.manager.store.UnsupportedEntryException if a newer build wrote it
     */
    static ClusterState read(Path file, TermIndex position) throws IOException {
        verifyChecksum(file);
        try (InputStream in = Files.newInputStream(file)) {
            CodedInputStream coded = CodedInputStream.newInstance(in, BUFFER_BYTES);
            coded.setSizeLimit(Integer.MAX_VALUE);
            SnapshotHeader header = SnapshotHeader.parseFrom(coded.readByteArray());
            if (header.getFormat() == Applier.FORMAT
                    && (header.getRaftTerm() != position.getTerm() || header.getRaftIndex() != position.getIndex())) {
                throw new SnapshotDamagedException(file + " holds the state at " + header.getRaftTerm() + "_"
                        + header.getRaftIndex() + ", not what its name says");
            }
            return ClusterState.restore(header, new Records(coded, header.getRecords()));
        } catch (InvalidProtocolBufferException e) {
            throw new SnapshotDamagedException(file + " is damaged: " + e.getMessage());
        } catch (UnreadableRecord e) {
            throw new SnapshotDamagedException(file + " is damaged: " + e.getMessage());
        }
    }

    private static void verifyChecksum(Path file) throws IOException {
        long size = Files.size(file);
        if (size < TRAILER_BYTES) {
            throw new SnapshotDamagedException(file + " is damaged: it has only " + size + " bytes");
        }
        CRC32C crc = new CRC32C();
        try (InputStream in = Files.newInputStream(file)) {
            CheckedInputStream checked = new CheckedInputStream(in, crc);
            checked.skipNBytes(size - TRAILER_BYTES);
            if (new DataInputStream(in).readInt() != (int) crc.getValue()) {
                throw new SnapshotDamagedException(file + " is damaged: its checksum is wrong");
            }
        }
    }

    /** The records as they are read, so that the file is never in memory as a whole. */
    private static final class Records implements Iterator<SnapshotRecord> {

        private final CodedInputStream in;
        private long left;

        Records(CodedInputStream in, long count) {
            this.in = in;
            left = count;
        }

        @Override
        public boolean hasNext() {
            return left > 0;
        }

        @Override
        public SnapshotRecord next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            left--;
            try {
                in.resetSizeCounter();
                Envelope envelope = Envelope.parseFrom(in.readByteArray());
                return SnapshotRecord.parseFrom(EntryCodec.open(envelope, "a record of the snapshot"));
            } catch (IOException e) {
                throw new UnreadableRecord(e);
            }
        }
    }

    /** Carries an error out of the iteration. */
    private static final class UnreadableRecord extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnreadableRecord(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
