package dev.mure.trust;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/** Whether a root stands behind a certificate. */
final class TrustChain {

    private TrustChain() {}

    /**
     * Checks signature, dates and constraints (PKIX).
     *
     * @throws CertificateException if the root does not stand behind it at this time
     */
    static void verify(RootCertificate root, X509Certificate certificate) throws CertificateException {
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root.certificate(), null)));
            // Removed nodes are refused by the state, which every manager has, and not by lists of the authority.
            parameters.setRevocationEnabled(false);
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)),
                            parameters);
        } catch (CertPathValidatorException e) {
            throw new CertificateException(reason(e), e);
        } catch (CertificateException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new CertificateException("the certificate can't be checked: " + e.getMessage(), e);
        }
    }

    /**
     * Checks the signature, whatever the time is.
     *
     * @throws CertificateException if the root did not sign it
     */
    static void requireSignedBy(RootCertificate root, X509Certificate certificate) throws CertificateException {
        try {
            certificate.verify(root.certificate().getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new CertificateException("the certificate was signed by another authority", e);
        }
    }

    private static String reason(CertPathValidatorException e) {
        return e.getReason() == CertPathValidatorException.BasicReason.EXPIRED
                ? "the certificate has expired"
                : e.getReason() == CertPathValidatorException.BasicReason.NOT_YET_VALID
                        ? "the certificate is not valid yet: the clocks of the two nodes differ"
                        : "the certificate is not of this cluster: " + e.getMessage();
    }
}
