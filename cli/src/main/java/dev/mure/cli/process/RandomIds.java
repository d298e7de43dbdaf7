package dev.mure.cli.process;

/** Where ids of requests come from. */
@FunctionalInterface
public interface RandomIds {
    /** A text that nobody else has made or will make. */
    String next();

    /** Of 122 random bits. */
    RandomIds UUIDS = new RandomIds() {
        @Override
        public String next() {
            return java.util.UUID.randomUUID().toString();
        }
    };
}
