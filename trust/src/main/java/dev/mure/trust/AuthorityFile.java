package dev.mure.trust;

import dev.mure.node.DataFolder;
import dev.mure.node.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;

/**
 * The authority of a cluster that is being made, in {@code new-authority.pem}: there from its making until the cluster's state has it,
 * so that a manager that ends in between goes on with the same one.
 */
public final class AuthorityFile {

    private final Path file;

    public AuthorityFile(DataFolder node) {
        file = node.resolve("new-authority.pem");
    }

    /**
     * The authority; empty if none is being made.
     *
     * @throws IOException if it can't be read
     */
    public Optional<CertificateAuthority> read() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String text = Files.readString(file);
        try {
            return Optional.of(CertificateAuthority.parse(Pem.blocks(Pem.CERTIFICATE, text, 1).getFirst(),
                    Pem.blocks(Pem.PRIVATE_KEY, text, 1).getFirst()));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(file + " is damaged (" + e.getMessage() + "): empty the data folder and begin anew",
                    e);
        }
    }

    /** Keeps it, for good when it returns. */
    public void write(CertificateAuthority authority) throws IOException {
        DurableFile.replace(file, Pem.block(Pem.CERTIFICATE, authority.root().encoded())
                + Pem.block(Pem.PRIVATE_KEY, authority.encodedKey()));
    }

    /** Forgets it. */
    public void delete() throws IOException {
        Files.deleteIfExists(file);
    }
}
