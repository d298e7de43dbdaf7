package dev.mure.trust;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.random.RandomGenerator;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The certificate authority of a cluster: a root certificate with its key, ECDSA on P-256. Signs certificates of nodes, of which it
 * decides everything but the public key. Lifetimes are SwarmKit's.
 */
public final class CertificateAuthority {

    /** How long a node's certificate is good, from when it is issued. */
    public static final Duration NODE_LIFETIME = Duration.ofDays(90);

    static final String SIGNATURE = "SHA256withECDSA";

    /** So much may a node's clock be behind the authority's. */
    private static final Duration BACKDATED = Duration.ofHours(1);
    private static final Duration ROOT_LIFETIME = Duration.ofDays(20 * 365);
    private static final String ROOT_NAME = "mure-ca";
    private static final int SERIAL_BITS = 127;

    private final RootCertificate root;
    private final PrivateKey key;

    private CertificateAuthority(RootCertificate root, PrivateKey key) {
        this.root = root;
        this.key = key;
    }

    /** A new authority, good for twenty years. */
    public static CertificateAuthority create(String clusterId, RandomGenerator random, Instant now) {
        KeyPair keys = NodeKey.generate();
        X500Name name = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.O, clusterId)
                .addRDN(BCStyle.CN, ROOT_NAME).build();
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(name, serial(random),
                    Date.from(now.minus(BACKDATED)), Date.from(now.plus(ROOT_LIFETIME)), name, keys.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return new CertificateAuthority(new RootCertificate(signed(builder, keys.getPrivate())), keys.getPrivate());
        } catch (CertIOException e) {
            throw new IllegalStateException("a certificate's extensions can't be written", e);
        }
    }

    /**
     * Reads what {@link #root} and {@link #encodedKey} gave.
     *
     * @throws GeneralSecurityException if one of them can't be read
     */
    public static CertificateAuthority parse(byte[] rootDer, byte[] keyPkcs8) throws GeneralSecurityException {
        return new CertificateAuthority(RootCertificate.parse(rootDer), NodeKey.parse(keyPkcs8));
    }

    public RootCertificate root() {
        return root;
    }

    /** The private key, PKCS #8 in DER: whoever has it is the authority. */
    public byte[] encodedKey() {
        return key.getEncoded();
    }

    /**
     * Signs a certificate that says that the key's holder is that node.
     *
     * @param key ECDSA on P-256, proven to be the node's
     * @param random for the serial number
     * @param now wall time
     */
    public X509Certificate issue(PublicKey key, NodeIdentity node, RandomGenerator random, Instant now) {
        X500Name issuer = X500Name.getInstance(root.certificate().getSubjectX500Principal().getEncoded());
        X500Name subject = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.O, node.clusterId())
                .addRDN(BCStyle.OU, node.role().unit())
                .addRDN(BCStyle.CN, node.nodeId())
                .build();
        Instant rootEnd = root.certificate().getNotAfter().toInstant();
        Instant end = now.plus(NODE_LIFETIME);
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(issuer, serial(random),
                    Date.from(now.minus(BACKDATED)), Date.from(end.isBefore(rootEnd) ? end : rootEnd), subject, key)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, false, purposes(node.role()))
                    .addExtension(Extension.subjectAlternativeName, false, names(node));
            return signed(builder, this.key);
        } catch (CertIOException e) {
            throw new IllegalStateException("a certificate's extensions can't be written", e);
        }
    }

    private static ExtendedKeyUsage purposes(NodeRole role) {
        return switch (role) {
            case WORKER -> new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth);
            case MANAGER -> new ExtendedKeyUsage(
                    new KeyPurposeId[]{KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth});
        };
    }

    private static GeneralNames names(NodeIdentity node) {
        return new GeneralNames(new GeneralName[]{new GeneralName(GeneralName.dNSName, node.role().unit()),
            new GeneralName(GeneralName.dNSName, node.nodeId())});
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key) {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
        } catch (OperatorCreationException | CertificateException e) {
            throw new IllegalStateException("a certificate can't be signed", e);
        }
    }

    private static BigInteger serial(RandomGenerator random) {
        byte[] bytes = new byte[SERIAL_BITS / 8 + 1];
        random.nextBytes(bytes);
        return new BigInteger(1, bytes).clearBit(SERIAL_BITS).setBit(0);
    }
}
