package dev.mure.trust;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A public key that wants a certificate, signed by its private key (PKCS #10). Nothing else in it counts: who the holder is and what it
 * may be the authority says.
 */
public final class CertificateRequest {

    private static final int MAX_BYTES = 4096;

    private final PublicKey publicKey;

    private CertificateRequest(PublicKey publicKey) {
        this.publicKey = publicKey;
    }

    /** The request for a pair of keys, in DER. */
    static byte[] encoded(KeyPair keys) {
        try {
            return new JcaPKCS10CertificationRequestBuilder(new X500Principal("CN=node"), keys.getPublic())
                    .build(new JcaContentSignerBuilder(CertificateAuthority.SIGNATURE).build(keys.getPrivate()))
                    .getEncoded();
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException("a key of our own can't sign", e);
        }
    }

    /**
     * Reads and checks a request.
     *
     * @throws IllegalArgumentException with one line that says what is wrong with it
     */
    public static CertificateRequest parse(byte[] der) {
        if (der.length > MAX_BYTES) {
            throw new IllegalArgumentException("the certificate request is longer than " + MAX_BYTES + " bytes");
        }
        try {
            JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(der);
            PublicKey key = request.getPublicKey();
            if (!NodeKey.isAcceptable(key)) {
                throw new IllegalArgumentException("the key of a certificate request must be ECDSA on P-256");
            }
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new IllegalArgumentException("the certificate request is not signed by its own key");
            }
            return new CertificateRequest(key);
        } catch (IOException | GeneralSecurityException | OperatorCreationException | PKCSException
                | ClassCastException | IllegalStateException e) {
            throw new IllegalArgumentException("the certificate request can't be read", e);
        }
    }

    /** The key that wants the certificate. */
    public PublicKey publicKey() {
        return publicKey;
    }

    /** SHA-256 of the public key, by which a repeated request is known. 32 bytes. */
    public byte[] keyDigest() {
        return Certificates.sha256(publicKey.getEncoded());
    }
}
