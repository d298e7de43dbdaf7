package dev.mure.trust;

import java.io.IOException;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

/** Gets a node its certificate: the first one with a token, later ones with the one before. */
public final class Enrolment {

    /** Who signs: a manager, over whatever connection. */
    public interface Signer {

        /**
         * Has a certificate signed.
         *
         * @param request {@link CertificateRequest} in DER; the same one when it is repeated
         * @throws IOException with one line that says why there is none
         */
        Signed sign(byte[] request) throws IOException, InterruptedException;
    }

    /**
     * What a signer answers.
     *
     * @param root the authority that signed
     */
    public record Signed(X509Certificate certificate, RootCertificate root) {

        /**
         * Reads both from their DER form.
         *
         * @throws IOException if one of them is no certificate
         */
        public static Signed parse(byte[] certificate, byte[] root) throws IOException {
            try {
                return new Signed(Certificates.parse(certificate), RootCertificate.parse(root));
            } catch (CertificateException e) {
                throw new IOException("the certificate that was issued can't be read: " + e.getMessage(), e);
            }
        }
    }

    private final CredentialFile file;

    public Enrolment(CredentialFile file) {
        this.file = file;
    }

    /**
     * Gets the first certificate and keeps it.
     *
     * @throws IOException if there is none, or it is not of the cluster that the token is for
     */
    public Credentials first(JoinToken token, Signer signer) throws IOException, InterruptedException {
        return byToken(token, file.requestKeys(), signer);
    }

    /**
     * Gets the next certificate after the last one has expired. The node can't show that one any more, so it shows that it is the same
     * by asking for the same key.
     *
     * @throws IOException as {@link #first}
     */
    public Credentials anew(JoinToken token, Credentials expired, Signer signer)
            throws IOException, InterruptedException {
        return byToken(token, new KeyPair(expired.certificate().getPublicKey(), expired.key()), signer);
    }

    private Credentials byToken(JoinToken token, KeyPair keys, Signer signer)
            throws IOException, InterruptedException {
        Credentials credentials = credentials(keys, signer);
        if (!token.pins(credentials.root())) {
            throw new IOException(new WrongAuthorityException());
        }
        file.write(credentials);
        return credentials;
    }

    /**
     * Gets the next certificate and keeps it.
     *
     * @throws IOException if there is none, or it says something else than the one before
     */
    public Credentials next(Credentials present, Signer signer) throws IOException, InterruptedException {
        KeyPair keys = file.requestKeys();
        Credentials credentials = credentials(keys, signer);
        if (!credentials.identity().nodeId().equals(present.identity().nodeId())
                || !credentials.identity().clusterId().equals(present.identity().clusterId())
                || !credentials.root().equals(present.root())) {
            throw new IOException("the new certificate is of another node or cluster: " + credentials.identity());
        }
        file.write(credentials);
        return credentials;
    }

    private static Credentials credentials(KeyPair keys, Signer signer) throws IOException, InterruptedException {
        Signed signed = signer.sign(CertificateRequest.encoded(keys));
        try {
            Credentials credentials = Credentials.of(keys.getPrivate(), signed.certificate(), signed.root());
            if (!credentials.certificate().getPublicKey().equals(keys.getPublic())) {
                throw new CertificateException("it is for another key");
            }
            return credentials;
        } catch (CertificateException e) {
            throw new IOException("the certificate that was issued is of no use: " + e.getMessage(), e);
        }
    }
}
