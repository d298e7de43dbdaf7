package dev.mure.cli.format;

import dev.mure.v1.Share;
import java.util.List;

/** Numbers of slots as users write them: {@code 3}, or by the service's size {@code 25%}. */
public final class Shares {
    /** What is accepted, for error messages. */
    public static final String EXPECTED = "a whole number or a percentage such as 25%";

    private static final int WHOLE = 100;

    private Shares() {}

    /**
     * Reads a number, 0 or more, or a percentage from 0% to 100%.
     *
     * @throws IllegalArgumentException when the text is neither
     */
    public static Share parse(String text) {
        boolean percent = text.endsWith("%");
        String digits = percent ? text.substring(0, text.length() - 1) : text;
        if (digits.isEmpty() || digits.charAt(0) == '+' || digits.charAt(0) == '-') {
            throw new IllegalArgumentException("not a number");
        }
        int value = Integer.parseInt(digits);
        if (!percent) {
            return Share.newBuilder().setCount(value).build();
        }
        if (value > WHOLE) {
            throw new IllegalArgumentException("more than all");
        }
        return Share.newBuilder().setPercent(value).build();
    }

    /** Whether it is nothing, whatever the service's size. */
    public static boolean isZero(Share share) {
        return share.getCount() == 0 && share.getPercent() == 0;
    }

    /** As it is read; {@code 0} for one that is not set. */
    public static String print(Share share) {
        return share.getKindCase() == Share.KindCase.PERCENT
                ? share.getPercent() + "%"
                : Integer.toString(share.getCount());
    }

    /** With commas between. */
    public static String print(List<Share> shares) {
        StringBuilder text = new StringBuilder();
        for (Share share : shares) {
            text.append(text.isEmpty() ? "" : ",").append(print(share));
        }
        return text.toString();
    }
}
