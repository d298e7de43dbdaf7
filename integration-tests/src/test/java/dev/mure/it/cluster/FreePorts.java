package dev.mure.it.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * Hands out ports that nobody listens on. Below the range that the system gives to outgoing connections, so that the port of
 * a killed process is still free when the process is started again.
 */
final class FreePorts {

    private static final int LOWEST = 12_000;
    private static final int HIGHEST = 30_000;
    private static final int TRIES = 1000;

    private static final Set<Integer> GIVEN = new HashSet<>();
    private static final Random RANDOM = new Random();

    private FreePorts() {}

    static synchronized int next() {
        for (int i = 0; i < TRIES; i++) {
            int port = RANDOM.nextInt(LOWEST, HIGHEST);
            if (!GIVEN.contains(port) && isFree(port)) {
                GIVEN.add(port);
                return port;
            }
        }
        throw new AssertionError("no free port between " + LOWEST + " and " + HIGHEST);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
