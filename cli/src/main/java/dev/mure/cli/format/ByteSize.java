package dev.mure.cli.format;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Sizes of memory as Docker writes them: {@code 512M}, {@code 1.5g}, {@code 64MiB}; each unit is 1024 times the one before. */
public final class ByteSize {
    /** What is accepted, for error messages. */
    public static final String EXPECTED = "a size in bytes or with a unit such as 512M or 2G";

    private static final String UNITS = "bkmgtp";
    private static final int DIGITS = 4;

    private ByteSize() {}

    /**
     * Reads a number of bytes, 0 or more. A fraction of a byte is cut off.
     *
     * @throws IllegalArgumentException when the text is not one
     */
    public static long parse(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        int end = 0;
        while (end < lower.length() && isPartOfNumber(lower.charAt(end))) {
            end++;
        }
        if (end == 0) {
            throw new IllegalArgumentException("no number");
        }
        BigDecimal bytes =
                new BigDecimal(lower.substring(0, end)).multiply(BigDecimal.valueOf(unit(lower.substring(end))));
        try {
            return bytes.setScale(0, RoundingMode.DOWN).longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("too large", e);
        }
    }

    /** With the largest unit in which it is 1 or more, and four digits: {@code 50MiB}, {@code 23.54GiB}. */
    public static String print(long bytes) {
        long unit = 1;
        int position = 0;
        while (bytes / unit >= 1024 && position < UNITS.length() - 1) {
            unit *= 1024;
            position++;
        }
        String number = BigDecimal.valueOf(bytes).divide(BigDecimal.valueOf(unit), new MathContext(DIGITS))
                .stripTrailingZeros().toPlainString();
        return number + (position == 0 ? "B" : Character.toUpperCase(UNITS.charAt(position)) + "iB");
    }

    private static boolean isPartOfNumber(char character) {
        return (character >= '0' && character <= '9') || character == '.';
    }

    private static long unit(String text) {
        if (text.isEmpty()) {
            return 1;
        }
        int position = UNITS.indexOf(text.charAt(0));
        boolean known = text.length() == 1
                || (position > 0 && (text.substring(1).equals("b") || text.substring(1).equals("ib")));
        if (position < 0 || !known) {
            throw new IllegalArgumentException("unknown unit: " + text);
        }
        return 1L << (10 * position);
    }
}
