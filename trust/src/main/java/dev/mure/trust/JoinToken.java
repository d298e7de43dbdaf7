package dev.mure.trust;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What lets a new node in: {@code MURETKN-1-DIGEST-SECRET}. The digest says which cluster is meant, so that the node hands the secret
 * to no other one; the secret says what the node may be. Formed as SwarmKit's, from which only the first word differs: 50 characters of
 * base 36 for the SHA-256 of the root certificate, 25 for 16 random bytes.
 */
public final class JoinToken {

    private static final String PREFIX = "MURETKN-1-";
    private static final int DIGEST_LENGTH = 50;
    private static final int SECRET_LENGTH = 25;
    private static final int SECRET_BYTES = 16;
    private static final Pattern FORM = Pattern.compile(
            PREFIX + "([0-9a-z]{" + DIGEST_LENGTH + "})-([0-9a-z]{" + SECRET_LENGTH + "})");

    private final String digest;
    private final String secret;

    private JoinToken(String digest, String secret) {
        this.digest = digest;
        this.secret = secret;
    }

    /** The token of a cluster for a role, which the secret stands for. */
    public static JoinToken of(RootCertificate root, String secret) {
        return new JoinToken(base36(root.digest(), DIGEST_LENGTH), secret);
    }

    /**
     * Reads a token.
     *
     * @throws IllegalArgumentException if it has not the form of one; the message does not repeat it
     */
    public static JoinToken parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a join token (expected: " + PREFIX + "… with " + DIGEST_LENGTH
                    + " and " + SECRET_LENGTH + " characters): get one with 'mure swarm join-token worker|manager'");
        }
        return new JoinToken(matcher.group(1), matcher.group(2));
    }

    /** A new secret, unguessable if the source is a secure one. */
    public static String newSecret(RandomGenerator source) {
        byte[] bytes = new byte[SECRET_BYTES];
        source.nextBytes(bytes);
        return base36(bytes, SECRET_LENGTH);
    }

    /** Whether the token was made for the cluster with that root. */
    public boolean pins(RootCertificate root) {
        return same(digest, base36(root.digest(), DIGEST_LENGTH));
    }

    /** Whether the token's secret is that one. Takes the same time for every wrong one. */
    public boolean hasSecret(String expected) {
        return same(secret, expected);
    }

    /** The token as it is handed over. */
    public String text() {
        return PREFIX + digest + '-' + secret;
    }

    private static boolean same(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(StandardCharsets.US_ASCII), b.getBytes(StandardCharsets.US_ASCII));
    }

    private static String base36(byte[] bytes, int length) {
        String digits = new BigInteger(1, bytes).toString(Character.MAX_RADIX);
        return "0".repeat(length - digits.length()) + digits;
    }

    /** Without the secret: this is what gets into logs. */
    @Override
    public String toString() {
        return PREFIX + digest + "-…";
    }
}
