package dev.mure.cli.format;

import java.math.BigDecimal;
import java.time.Duration;

/** Durations as Go writes them, and so Docker: {@code 10s}, {@code 1m30s}, {@code 1.5h}, {@code 500ms}. */
public final class GoDuration {
    /** What is accepted, for error messages. */
    public static final String EXPECTED = "a duration such as 10s, 1m30s, 1.5h or 500ms";

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private GoDuration() {}

    /**
     * Reads a duration that is not negative.
     *
     * @throws IllegalArgumentException when the text is not one
     */
    public static Duration parse(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        if (text.isEmpty()) {
            throw new IllegalArgumentException("empty");
        }
        BigDecimal nanos = BigDecimal.ZERO;
        int at = 0;
        while (at < text.length()) {
            int number = at;
            while (at < text.length() && isPartOfNumber(text.charAt(at))) {
                at++;
            }
            int unit = at;
            while (at < text.length() && !isPartOfNumber(text.charAt(at))) {
                at++;
            }
            // A dot alone or two dots are refused by the decimal's own rules.
            BigDecimal count = new BigDecimal(text.substring(number, unit));
            nanos = nanos.add(count.multiply(BigDecimal.valueOf(nanosOf(text.substring(unit, at)))));
        }
        try {
            return Duration.ofNanos(nanos.toBigInteger().longValueExact());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("too long", e);
        }
    }

    private static boolean isPartOfNumber(char character) {
        return (character >= '0' && character <= '9') || character == '.';
    }

    private static long nanosOf(String unit) {
        return switch (unit) {
            case "ns" -> 1L;
            case "us", "µs", "μs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> NANOS_PER_SECOND;
            case "m" -> 60 * NANOS_PER_SECOND;
            case "h" -> 3600 * NANOS_PER_SECOND;
            default -> throw new IllegalArgumentException("unknown unit: " + unit);
        };
    }

    /** As Go prints it: {@code 10s}, {@code 1m30s}, {@code 1h0m0s}, {@code 1.5s}, {@code 500ms}, {@code 0s}. */
    public static String print(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos == 0) {
            return "0s";
        }
        String sign = nanos < 0 ? "-" : "";
        nanos = Math.abs(nanos);
        if (nanos < 1_000) {
            return sign + nanos + "ns";
        }
        if (nanos < 1_000_000) {
            return sign + decimal(nanos, 1_000) + "µs";
        }
        if (nanos < NANOS_PER_SECOND) {
            return sign + decimal(nanos, 1_000_000) + "ms";
        }
        long minutes = nanos / (60 * NANOS_PER_SECOND);
        String seconds = decimal(nanos % (60 * NANOS_PER_SECOND), NANOS_PER_SECOND) + "s";
        if (minutes == 0) {
            return sign + seconds;
        }
        if (minutes < 60) {
            return sign + minutes + "m" + seconds;
        }
        return sign + minutes / 60 + "h" + minutes % 60 + "m" + seconds;
    }

    private static String decimal(long value, long unit) {
        if (value % unit == 0) {
            return Long.toString(value / unit);
        }
        return BigDecimal.valueOf(value).divide(BigDecimal.valueOf(unit)).stripTrailingZeros().toPlainString();
    }
}
