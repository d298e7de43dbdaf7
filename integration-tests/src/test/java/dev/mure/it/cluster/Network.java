package dev.mure.it.cluster;

import java.util.List;

/** What the processes of a cluster reach each other over. */
public interface Network extends AutoCloseable {

    /**
     * Where a process runs.
     *
     * @param address
     *            at which the others reach it
     * @param launcher
     *            what a command line has to begin with to run there
     */
    record Host(String address, List<String> launcher) {}

    /** The host of a node; made if need be. */
    Host host(String node);

    /** From now on nothing that one sends gets to the other; the way back stays open. */
    void cut(String from, String to);

    /** From now on nothing passes between two hosts. */
    default void separate(String one, String other) {
        cut(one, other);
        cut(other, one);
    }

    /** Everybody reaches everybody. */
    void heal();

    @Override
    void close();

    /** All on the loopback of this machine. */
    record Loopback() implements Network {

        private static final Host HERE = new Host("127.0.0.1", List.of());

        @Override
        public Host host(String node) {
            return HERE;
        }

        @Override
        public void cut(String from, String to) {
            throw new UnsupportedOperationException("all nodes are on one host");
        }

        @Override
        public void heal() {}

        @Override
        public void close() {}
    }
}
