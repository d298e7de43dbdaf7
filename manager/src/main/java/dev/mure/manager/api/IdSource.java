package dev.mure.manager.api;

import java.math.BigInteger;
import java.security.SecureRandom;

/** Makes identifiers of objects: 25 characters of base 36, never the same twice. */
@FunctionalInterface
public interface IdSource {

    /** Length of every identifier. */
    int LENGTH = 25;

    String next();

    /** Identifiers that nobody can guess: 125 random bits, which just fit into 25 digits of base 36. */
    static IdSource secure() {
        SecureRandom random = new SecureRandom();
        return () -> {
            String digits = new BigInteger(125, random).toString(36);
            return "0".repeat(LENGTH - digits.length()) + digits;
        };
    }
}
