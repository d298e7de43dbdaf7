package dev.mure.trust;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Who the holder of a certificate is: the subject CN=node id, OU=role, O=cluster id, set by the authority.
 *
 * @param nodeId 25 characters, base 36
 * @param clusterId 25 characters, base 36
 */
public record NodeIdentity(String nodeId, NodeRole role, String clusterId) {

    /**
     * Reads the subject of a certificate; whether the certificate is to be trusted is another question.
     *
     * @throws CertificateException if the subject is not that of a node
     */
    public static NodeIdentity of(X509Certificate certificate) throws CertificateException {
        Map<String, String> parts = parts(certificate);
        String nodeId = parts.getOrDefault("CN", "");
        String clusterId = parts.getOrDefault("O", "");
        NodeRole role = NodeRole.ofUnit(parts.getOrDefault("OU", ""))
                .orElseThrow(() -> new CertificateException("the certificate names no role of a node"));
        if (nodeId.isEmpty() || clusterId.isEmpty()) {
            throw new CertificateException("the certificate names no node or no cluster");
        }
        return new NodeIdentity(nodeId, role, clusterId);
    }

    private static Map<String, String> parts(X509Certificate certificate) throws CertificateException {
        try {
            Map<String, String> parts = new HashMap<>();
            for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                parts.put(part.getType(), part.getValue().toString());
            }
            return parts;
        } catch (InvalidNameException e) {
            throw new CertificateException("the subject of the certificate can't be read", e);
        }
    }
}
