package dev.mure.agent.storage;

import java.util.List;

/**
 * What an agent knows of its cluster.
 *
 * @param clusterId
 *            empty before the first welcome
 * @param epoch
 *            of the last assignments that were taken; with {@code index} the agent is served only by managers that are at
 *            least that far
 * @param managers
 *            gRPC addresses, HOST:PORT
 */
public record ClusterRecord(String clusterId, long epoch, long index, List<String> managers) {

    public static final ClusterRecord NONE = new ClusterRecord("", 0, 0, List.of());

    public ClusterRecord {
        managers = List.copyOf(managers);
    }

    public ClusterRecord joined(String cluster) {
        return new ClusterRecord(cluster, epoch, index, managers);
    }

    public ClusterRecord served(long newEpoch, long newIndex) {
        return new ClusterRecord(clusterId, newEpoch, newIndex, managers);
    }

    public ClusterRecord withManagers(List<String> newManagers) {
        return new ClusterRecord(clusterId, epoch, index, newManagers);
    }
}
