package dev.mure.manager.api;

import dev.mure.manager.planning.IdSource;
import java.math.BigInteger;
import java.security.SecureRandom;

/** Identifiers that nobody can guess: 125 random bits, which just fit into 25 digits of base 36. */
public final class RandomIds implements IdSource {

    private static final int LENGTH = 25;
    private static final int BITS = 125;

    private final SecureRandom random = new SecureRandom();

    @Override
    public String next() {
        String digits = new BigInteger(BITS, random).toString(36);
        return "0".repeat(LENGTH - digits.length()) + digits;
    }
}
