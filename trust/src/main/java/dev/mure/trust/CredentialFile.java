package dev.mure.trust;

import dev.mure.node.DataFolder;
import dev.mure.node.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.Optional;

/**
 * A node's credentials in its data folder, shared by manager and agent: {@code certificates/node.pem} with key, certificate and root in
 * one file, so that they always belong together; {@code certificates/request.pem} with the key of a request that is under way, so that
 * one whose answer got lost can be repeated. Only the owner may read them.
 */
public final class CredentialFile {

    private static final String FOLDER = "certificates";

    private final Path folder;

    /** The credentials of that node; nothing is read yet. */
    public CredentialFile(DataFolder node) {
        folder = node.resolve(FOLDER);
    }

    /** Where they are, for messages. */
    public Path path() {
        return folder.resolve("node.pem");
    }

    /**
     * The credentials; empty if the node has none yet.
     *
     * @throws IOException if they can't be read
     */
    public Optional<Credentials> read() throws IOException {
        if (!Files.exists(path())) {
            return Optional.empty();
        }
        String text = Files.readString(path());
        try {
            List<byte[]> certificates = Pem.blocks(Pem.CERTIFICATE, text, 2);
            return Optional.of(Credentials.of(NodeKey.parse(Pem.blocks(Pem.PRIVATE_KEY, text, 1).getFirst()),
                    Certificates.parse(certificates.get(0)), RootCertificate.parse(certificates.get(1))));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(path() + " is damaged (" + e.getMessage()
                    + "): bring it back, or empty the data folder and join again with a token", e);
        }
    }

    /** Keeps the credentials, for good when it returns. The key of the request is forgotten. */
    public void write(Credentials credentials) throws IOException {
        makeFolder();
        DurableFile.replace(path(), Pem.block(Pem.PRIVATE_KEY, credentials.key().getEncoded())
                + Pem.block(Pem.CERTIFICATE, Certificates.encoded(credentials.certificate()))
                + Pem.block(Pem.CERTIFICATE, credentials.root().encoded()));
        Files.deleteIfExists(request());
    }

    /** The node belongs to no cluster any more. */
    public void delete() throws IOException {
        Files.deleteIfExists(request());
        Files.deleteIfExists(path());
    }

    /** The keys to ask a certificate for: those of a request without an answer, else new ones. */
    KeyPair requestKeys() throws IOException {
        makeFolder();
        if (Files.exists(request())) {
            try {
                String text = Files.readString(request());
                return new KeyPair(
                        KeyFactory.getInstance("EC")
                                .generatePublic(new X509EncodedKeySpec(
                                        Pem.blocks(Pem.PUBLIC_KEY, text, 1).getFirst())),
                        NodeKey.parse(Pem.blocks(Pem.PRIVATE_KEY, text, 1).getFirst()));
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                throw new IOException(request() + " is damaged (" + e.getMessage() + "): delete it", e);
            }
        }
        KeyPair keys = NodeKey.generate();
        DurableFile.replace(request(), Pem.block(Pem.PRIVATE_KEY, keys.getPrivate().getEncoded())
                + Pem.block(Pem.PUBLIC_KEY, keys.getPublic().getEncoded()));
        return keys;
    }

    private Path request() {
        return folder.resolve("request.pem");
    }

    private void makeFolder() throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }
}
