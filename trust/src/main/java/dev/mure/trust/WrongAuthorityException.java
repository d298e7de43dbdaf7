package dev.mure.trust;

import java.security.cert.CertificateException;

/** A join token is for another cluster than the manager that was asked. */
public final class WrongAuthorityException extends CertificateException {

    private static final long serialVersionUID = 1L;

    WrongAuthorityException() {
        super("remote CA does not match fingerprint: the join token is for another cluster");
    }
}
