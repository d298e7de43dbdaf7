package dev.mure.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class DistrustTest {

    @Test
    void theReasonIsFoundUnderTheWordsOfAnEngine() {
        SSLHandshakeException engine = new SSLHandshakeException("General problem");
        engine.initCause(new CertificateException("node x is no manager"));
        assertThat(Distrust.in(new IOException(engine))).contains("node x is no manager");
    }

    @Test
    void otherFailuresHaveNone() {
        assertThat(Distrust.in(new IOException("refused"))).isEmpty();
        assertThat(Distrust.in(null)).isEmpty();
    }
}
