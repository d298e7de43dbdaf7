package dev.mure.cli.command.service;

import dev.mure.cli.command.Flags;
import java.util.ArrayList;
import java.util.List;

/** Splits one flag value into a command's words as a shell does: blanks separate, quotes and backslashes keep together. */
final class ShellWords {
    private ShellWords() {}

    /**
     * The words; none for a blank text.
     *
     * @param flag for the error
     */
    static List<String> split(String flag, String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (quote == 0 && (character == '\'' || character == '"')) {
                quote = character;
                inWord = true;
            } else if (quote != 0 && character == quote) {
                quote = 0;
            } else if (character == '\\' && quote != '\'') {
                if (++i == text.length()) {
                    throw Flags.invalid(flag, text, "words as in a shell; this ends with a backslash");
                }
                if (quote == '"' && text.charAt(i) != '"' && text.charAt(i) != '\\') {
                    word.append('\\');
                }
                word.append(text.charAt(i));
                inWord = true;
            } else if (quote == 0 && Character.isWhitespace(character)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
            } else {
                word.append(character);
                inWord = true;
            }
        }
        if (quote != 0) {
            throw Flags.invalid(flag, text, "words as in a shell; a quote is not closed");
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }
}
