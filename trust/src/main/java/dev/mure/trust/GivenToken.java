package dev.mure.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The join token that a process was given at its start. */
public final class GivenToken {

    /** The variable that may hold it. */
    public static final String VARIABLE = "MURE_JOIN_TOKEN";

    private GivenToken() {}

    /**
     * The token of {@code --token}, else of {@code --token-file}, else of the environment; empty if there is none.
     *
     * @throws IllegalArgumentException with one line that says where it is and what is wrong with it; it does not repeat it
     */
    public static Optional<JoinToken> find(Optional<String> option, Optional<Path> file,
            Map<String, String> environment) {
        if (option.isPresent()) {
            return Optional.of(parse("--token", option.get()));
        }
        if (file.isPresent()) {
            try {
                return Optional.of(parse("--token-file " + file.get(), Files.readString(file.get())));
            } catch (IOException e) {
                throw new IllegalArgumentException("--token-file " + file.get() + " can't be read: "
                        + e.getClass().getSimpleName(), e);
            }
        }
        return Optional.ofNullable(environment.get(VARIABLE))
                .filter(text -> !text.isBlank())
                .map(text -> parse("$" + VARIABLE, text));
    }

    private static JoinToken parse(String where, String text) {
        try {
            return JoinToken.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(where + ": " + e.getMessage(), e);
        }
    }
}
