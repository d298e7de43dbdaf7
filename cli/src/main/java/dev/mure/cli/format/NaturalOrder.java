package dev.mure.cli.format;

/** Orders names as people do: {@code web2} before {@code web10}. */
public final class NaturalOrder {
    private NaturalOrder() {}

    /** As {@link java.util.Comparator#compare}. */
    public static int compare(String left, String right) {
        int i = 0;
        int j = 0;
        while (i < left.length() && j < right.length()) {
            int result;
            if (isDigit(left.charAt(i)) && isDigit(right.charAt(j))) {
                int endOfLeft = endOfDigits(left, i);
                int endOfRight = endOfDigits(right, j);
                result = compareNumbers(left.substring(i, endOfLeft), right.substring(j, endOfRight));
                i = endOfLeft;
                j = endOfRight;
            } else {
                result = Character.compare(left.charAt(i++), right.charAt(j++));
            }
            if (result != 0) {
                return result;
            }
        }
        int rest = Integer.compare(left.length() - i, right.length() - j);
        return rest != 0 ? rest : left.compareTo(right);
    }

    private static int compareNumbers(String left, String right) {
        String a = withoutZeros(left);
        String b = withoutZeros(right);
        return a.length() != b.length() ? Integer.compare(a.length(), b.length()) : a.compareTo(b);
    }

    private static String withoutZeros(String digits) {
        int from = 0;
        while (from < digits.length() - 1 && digits.charAt(from) == '0') {
            from++;
        }
        return digits.substring(from);
    }

    private static int endOfDigits(String text, int from) {
        int end = from;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }
}
