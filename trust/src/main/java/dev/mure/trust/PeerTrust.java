package dev.mure.trust;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Decides about the other end of a connection by what its certificate says, whatever its address is: nodes are known by their ids, and
 * their addresses change.
 */
abstract class PeerTrust extends X509ExtendedTrustManager {

    /** Whether such a peer may talk to us, checked once the root stands behind its certificate. */
    interface Rule {

        /** Why not; empty if it may. */
        Optional<String> objection(NodeIdentity peer);
    }

    /** The root that must stand behind a peer's certificate. */
    abstract RootCertificate rootFor(X509Certificate[] chain) throws CertificateException;

    abstract Rule rule();

    private void check(X509Certificate[] chain) throws CertificateException {
        if (chain == null || chain.length == 0) {
            throw new CertificateException("the peer has no certificate");
        }
        TrustChain.verify(rootFor(chain), chain[0]);
        Optional<String> objection = rule().objection(NodeIdentity.of(chain[0]));
        if (objection.isPresent()) {
            throw new CertificateException(objection.get());
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    /** None by name: a client sends the one certificate that it has. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
