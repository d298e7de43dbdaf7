package dev.mure.trust;

import java.security.cert.CertificateException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a peer was not trusted. TLS engines wrap it in words of their own, some so that nothing of it is left in the message. */
public final class Distrust {

    private Distrust() {}

    /** The reason in what a connection failed with; empty if it failed for another one. */
    public static Optional<String> in(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return Optional.ofNullable(cause.getMessage());
            }
        }
        return Optional.empty();
    }
}
