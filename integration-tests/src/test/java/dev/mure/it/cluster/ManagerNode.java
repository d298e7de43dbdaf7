package dev.mure.it.cluster;

import dev.mure.it.control.ControlClient;
import dev.mure.it.control.ManagerDoor;
import java.nio.file.Path;
import java.util.List;

/** One manager of a cluster. */
public record ManagerNode(MureProcess process, Path dataDir, String hostAddress, int grpcPort, int raftPort) {

    /** Its name, as the cluster shows it. */
    public String name() {
        return process.name();
    }

    /** What others join. */
    public String address() {
        return hostAddress + ":" + grpcPort;
    }

    /** Its HTTP door. */
    public ManagerDoor door() {
        return new ManagerDoor(socket());
    }

    /** Asks this manager only. */
    public ControlClient control() {
        return new ControlClient(List.of(door()));
    }

    /** What the command line takes as {@code --host}. */
    public String host() {
        return "unix://" + socket();
    }

    private Path socket() {
        return dataDir.resolve("mure.sock");
    }
}
