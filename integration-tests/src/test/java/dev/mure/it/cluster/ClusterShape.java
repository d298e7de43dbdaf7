package dev.mure.it.cluster;

/**
 * How many processes a cluster has.
 *
 * @param managers
 *            {@code m1}, {@code m2} …
 * @param agents
 *            {@code a1}, {@code a2} …, each with a folder of its own
 * @param agentBesideFirstManager
 *            whether there is one more agent in the folder of {@code m1}: both are one node
 */
public record ClusterShape(int managers, int agents, boolean agentBesideFirstManager) {

    /** Managers and agents on machines of their own. */
    public static ClusterShape of(int managers, int agents) {
        return new ClusterShape(managers, agents, false);
    }
}
