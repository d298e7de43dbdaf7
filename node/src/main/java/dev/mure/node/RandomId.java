package dev.mure.node;

import java.math.BigInteger;
import java.util.random.RandomGenerator;

/** Ids of nodes, services, tasks and sessions: 25 characters, base 36, from 17 random bytes, as SwarmKit's identity package. */
public final class RandomId {

    /** Characters of an id. */
    public static final int LENGTH = 25;

    private static final int RANDOM_BYTES = 17;

    private RandomId() {}

    /** A new id; unique if the source is a secure one. */
    public static String next(RandomGenerator source) {
        byte[] bytes = new byte[RANDOM_BYTES];
        source.nextBytes(bytes);
        String digits = new BigInteger(1, bytes).toString(Character.MAX_RADIX);
        return digits.length() >= LENGTH
                ? digits.substring(digits.length() - LENGTH)
                : "0".repeat(LENGTH - digits.length()) + digits;
    }

    /** Whether the text has the form of an id. */
    public static boolean isId(String text) {
        return text.length() == LENGTH && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'));
    }
}
