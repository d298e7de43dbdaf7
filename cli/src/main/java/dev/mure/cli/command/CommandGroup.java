package dev.mure.cli.command;

import java.util.List;

import org.jspecify.annotations.Nullable;

/** A noun with its verbs. */
public interface CommandGroup {

    /** One line for help. */
    String description();

    /** The verbs in the order in which help lists them, without aliases. */
    List<String> verbs();

    /** The verb with this name or alias; null when there is none. */
    @Nullable Command verb(String name);
}
