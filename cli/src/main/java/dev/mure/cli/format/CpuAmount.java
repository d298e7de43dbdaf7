package dev.mure.cli.format;

import java.math.BigDecimal;

/** Amounts of CPU time as Docker writes them: decimals of a CPU, {@code 0.5}, {@code 2}; stored as billionths. */
public final class CpuAmount {
    /** What is accepted, for error messages. */
    public static final String EXPECTED = "a number of CPUs such as 0.5 or 2";

    private static final int NANO_DIGITS = 9;

    private CpuAmount() {}

    /**
     * Reads a number of CPUs, 0 or more, as billionths of one.
     *
     * @throws IllegalArgumentException when the text is not one, or has more than nine decimals
     */
    public static long parse(String text) {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if ((character < '0' || character > '9') && character != '.') {
                throw new IllegalArgumentException("not a decimal");
            }
        }
        try {
            return new BigDecimal(text).movePointRight(NANO_DIGITS).longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("too large or too precise", e);
        }
    }

    /** Without decimals where there are none. */
    public static String print(long nanoCpus) {
        return BigDecimal.valueOf(nanoCpus).movePointLeft(NANO_DIGITS).stripTrailingZeros().toPlainString();
    }
}
