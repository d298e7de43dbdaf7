package dev.mure.manager;

import dev.mure.trust.JoinToken;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a manager is to run.
 *
 * @param listen address to listen on; empty: loopback if others reach it there, else all
 * @param advertise host at which others reach it
 * @param init makes a new cluster on a fresh folder
 * @param join managers of the cluster to join on a fresh folder, HOST:PORT; empty if none were named
 * @param token join token, where one was given
 */
record ManagerOptions(Path dataDir, String name, Optional<String> listen, String advertise, int grpcPort, int raftPort,
        Optional<Integer> httpPort, int electionTimeoutMillis, boolean init, List<String> join,
        Optional<JoinToken> token) {

    private static final int MIN_ELECTION_TIMEOUT_MILLIS = 50;
    private static final String EVERYWHERE = "0.0.0.0";
    private static final int MAX_ELECTION_TIMEOUT_MILLIS = 60_000;

    ManagerOptions {
        join = List.copyOf(join);
    }

    String grpcAddress() {
        return advertise + ":" + grpcPort;
    }

    String raftAddress() {
        return advertise + ":" + raftPort;
    }

    /** The address to listen on. */
    String bindHost() {
        return listen.orElse(isLoopback(advertise) ? advertise : EVERYWHERE);
    }

    /**
     * Checks what can be known before anything is started.
     *
     * @throws WrongUsageException with one line that says what, where, and what to do
     */
    void validate() throws WrongUsageException {
        port("--grpc-port", grpcPort);
        port("--raft-port", raftPort);
        if (httpPort.isPresent()) {
            port("--http-port", httpPort.get());
        }
        if (grpcPort == raftPort || httpPort.filter(port -> port == grpcPort || port == raftPort).isPresent()) {
            throw new WrongUsageException("--grpc-port, --raft-port and --http-port must differ");
        }
        if (listen.filter(ManagerOptions::isLoopback).isPresent() && !isLoopback(advertise)) {
            throw new WrongUsageException("--advertise " + advertise + " can't be reached from outside while --listen "
                    + listen.get() + " is a loopback address: leave --listen out");
        }
        if (electionTimeoutMillis < MIN_ELECTION_TIMEOUT_MILLIS
                || electionTimeoutMillis > MAX_ELECTION_TIMEOUT_MILLIS) {
            throw new WrongUsageException("--election-timeout " + electionTimeoutMillis + " must be from "
                    + MIN_ELECTION_TIMEOUT_MILLIS + " to " + MAX_ELECTION_TIMEOUT_MILLIS + " milliseconds");
        }
        if (init && !join.isEmpty()) {
            throw new WrongUsageException("--init makes a new cluster and --join joins one: give one of them");
        }
        for (String address : join) {
            if (!address.matches("[^:/\\s]+:\\d{1,5}|\\[[0-9A-Fa-f:]+]:\\d{1,5}")) {
                throw new WrongUsageException("--join " + address + " is not HOST:PORT, for example 127.0.0.1:7370");
            }
        }
    }

    private static void port(String option, int port) throws WrongUsageException {
        if (port < 1 || port > 65_535) {
            throw new WrongUsageException(option + " " + port + " must be from 1 to 65535");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
