package dev.mure.manager.planning;

/** Where the ids of new objects come from: 25 characters, base 36, never the same twice. */
@FunctionalInterface
public interface IdSource {

    String next();
}
