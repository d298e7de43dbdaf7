package dev.mure.agent.runtime;

import java.util.List;
import java.util.regex.Pattern;

/** Makes what programs write fit to be replicated and shown: short, and without anything that a terminal would obey. */
public final class OutputText {

    /** As many lines of a task's output are kept with its failure. */
    public static final int MAX_LINES = 10;
    /** A longer line is cut. In UTF-16 code units, the last of which is then an ellipsis. */
    public static final int MAX_LINE_CHARS = 400;
    /** Of a check's output, which is part of an error's single line. */
    private static final int MAX_CHECK_CHARS = 200;

    /** Colours and cursor movements (ECMA-48 control sequences), which would leave their letters behind. */
    private static final Pattern TERMINAL_SEQUENCE = Pattern.compile("\u001B\\[[0-?]*[ -/]*[@-~]");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u0080-\\u009F\\u2028\\u2029]");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private OutputText() {}

    /** The last lines that say something, oldest first, each made printable and cut. */
    public static List<String> lastLines(List<String> output) {
        List<String> lines = output.stream().map(OutputText::printable).filter(line -> !line.isBlank()).toList();
        return lines.subList(Math.max(0, lines.size() - MAX_LINES), lines.size()).stream()
                .map(line -> cut(line, MAX_LINE_CHARS))
                .toList();
    }

    /** All of a check's output in one short line. */
    public static String oneLine(String output) {
        return cut(BLANKS.matcher(printable(BLANKS.matcher(output).replaceAll(" "))).replaceAll(" ").strip(),
                MAX_CHECK_CHARS);
    }

    /** The text, or as much of its beginning as fits with an ellipsis; never half of a character. */
    public static String cut(String text, int maxChars) {
        if (text.length() <= maxChars) {
            return text;
        }
        int end = maxChars - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }

    private static String printable(String line) {
        String plain = TERMINAL_SEQUENCE.matcher(line.replace('\t', ' ')).replaceAll("");
        return CONTROL.matcher(plain).replaceAll("").stripTrailing();
    }
}
