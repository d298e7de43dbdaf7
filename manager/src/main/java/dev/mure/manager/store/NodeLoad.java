package dev.mure.manager.store;

import java.util.Objects;
import java.util.SortedSet;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * What the tasks on a node that have not ended ask of it, those told to stop included: they hold ports and memory to their end.
 * Tasks of one slot are counted each for itself; where they follow one another they never need the sum, see {@link #sharedSlots}.
 */
public final class NodeLoad {

    static final NodeLoad NONE = new NodeLoad(0, 0, 0, TreePMap.empty(), TreePSet.empty());

    private final int live;
    private final long nanoCpus;
    private final long memoryBytes;
    private final TreePMap<HostPort, Integer> holders;
    private final TreePSet<SharedSlot> sharedSlots;

    private NodeLoad(int live, long nanoCpus, long memoryBytes, TreePMap<HostPort, Integer> holders,
            TreePSet<SharedSlot> sharedSlots) {
        this.live = live;
        this.nanoCpus = nanoCpus;
        this.memoryBytes = memoryBytes;
        this.holders = holders;
        this.sharedSlots = sharedSlots;
    }

    /** How many tasks there are wanted and have not ended. */
    public int live() {
        return live;
    }

    /** Reserved billionths of a CPU. */
    public long nanoCpus() {
        return nanoCpus;
    }

    /** Reserved memory. */
    public long memoryBytes() {
        return memoryBytes;
    }

    /** How many tasks hold the port, or wait for each other to hold it. */
    public int holders(HostPort port) {
        return holders.getOrDefault(port, 0);
    }

    /** The ports that are held. */
    public SortedSet<HostPort> ports() {
        return holders.keySet();
    }

    /** The slots with more than one task here that has not ended. */
    public SortedSet<SharedSlot> sharedSlots() {
        return sharedSlots;
    }

    NodeLoad plusLive(int more) {
        return new NodeLoad(live + more, nanoCpus, memoryBytes, holders, sharedSlots);
    }

    NodeLoad plus(Demand demand) {
        return with(demand, 1);
    }

    NodeLoad minus(Demand demand) {
        return with(demand, -1);
    }

    NodeLoad sharing(SharedSlot slot) {
        return new NodeLoad(live, nanoCpus, memoryBytes, holders, sharedSlots.plus(slot));
    }

    NodeLoad notSharing(SharedSlot slot) {
        return new NodeLoad(live, nanoCpus, memoryBytes, holders, sharedSlots.minus(slot));
    }

    boolean isNone() {
        return live == 0 && nanoCpus == 0 && memoryBytes == 0 && holders.isEmpty() && sharedSlots.isEmpty();
    }

    private NodeLoad with(Demand demand, int times) {
        TreePMap<HostPort, Integer> next = holders;
        for (HostPort port : demand.ports()) {
            int count = Objects.requireNonNullElse(next.get(port), 0) + times;
            next = count == 0 ? next.minus(port) : next.plus(port, count);
        }
        return new NodeLoad(live, nanoCpus + times * demand.nanoCpus(), memoryBytes + times * demand.memoryBytes(),
                next, sharedSlots);
    }
}
