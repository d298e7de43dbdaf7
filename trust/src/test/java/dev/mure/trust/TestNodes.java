package dev.mure.trust;

import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.time.Instant;

/** An authority for tests, and nodes with certificates of it. */
final class TestNodes {

    static final String CLUSTER = "0cluster00000000000000000";

    final SecureRandom random = new SecureRandom();
    final CertificateAuthority authority = CertificateAuthority.create(CLUSTER, random, Instant.now());

    Credentials credentials(String nodeId, NodeRole role) {
        return credentials(new NodeIdentity(nodeId, role, CLUSTER), Instant.now());
    }

    Credentials credentials(NodeIdentity node, Instant issued) {
        KeyPair keys = NodeKey.generate();
        try {
            return Credentials.of(keys.getPrivate(), authority.issue(keys.getPublic(), node, random, issued),
                    authority.root());
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Signs whatever it is asked to, for that node. */
    Enrolment.Signer signer(NodeIdentity node, Instant now) {
        return request -> new Enrolment.Signed(
                authority.issue(CertificateRequest.parse(request).publicKey(), node, random, now), authority.root());
    }
}
