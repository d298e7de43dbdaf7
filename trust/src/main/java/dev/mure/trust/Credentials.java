package dev.mure.trust;

import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * What makes a node that node: its private key, the certificate for it, and the root that both sides trust.
 *
 * @param identity what the certificate says
 */
public record Credentials(PrivateKey key, X509Certificate certificate, RootCertificate root, NodeIdentity identity) {

    /**
     * Puts them together.
     *
     * @throws CertificateException if the certificate is not a node's, or the root did not sign it
     */
    public static Credentials of(PrivateKey key, X509Certificate certificate, RootCertificate root)
            throws CertificateException {
        TrustChain.requireSignedBy(root, certificate);
        return new Credentials(key, certificate, root, NodeIdentity.of(certificate));
    }

    /** Those of a cluster's first manager, which is its own signer. */
    public static Credentials ofFirst(CertificateAuthority authority, NodeIdentity identity, RandomGenerator random,
            Instant now) {
        KeyPair keys = NodeKey.generate();
        return new Credentials(keys.getPrivate(), authority.issue(keys.getPublic(), identity, random, now),
                authority.root(), identity);
    }

    /** SHA-256 of the public key, as {@link CertificateRequest#keyDigest}. */
    public byte[] keyDigest() {
        return Certificates.sha256(certificate.getPublicKey().getEncoded());
    }

    /** Whether nobody accepts the certificate any more. */
    public boolean expired(Instant now) {
        return now.isAfter(end());
    }

    /** Until when the certificate is good. */
    public Instant end() {
        return certificate.getNotAfter().toInstant();
    }

    /** The node's certificate, then the root: the chain that a joining node can hold against its token. */
    X509Certificate[] chain() {
        return new X509Certificate[]{certificate, root.certificate()};
    }

    /** Without the key: this is what gets into logs. */
    @Override
    public String toString() {
        return "Credentials of " + identity + " until " + end();
    }
}
