package dev.mure.trust;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

/** The certificate of a cluster's authority: who trusts it trusts what the authority signed. */
public record RootCertificate(X509Certificate certificate) {

    /**
     * Reads what {@link #encoded} wrote.
     *
     * @throws CertificateException if it is no X.509 certificate
     */
    public static RootCertificate parse(byte[] der) throws CertificateException {
        return new RootCertificate(Certificates.parse(der));
    }

    /** DER. */
    public byte[] encoded() {
        return Certificates.encoded(certificate);
    }

    /** SHA-256 of the DER form: what join tokens pin. 32 bytes. */
    public byte[] digest() {
        return Certificates.sha256(encoded());
    }
}
