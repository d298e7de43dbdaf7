package dev.mure.it.fault;

import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.cluster.ManagerNode;
import dev.mure.it.cluster.MureProcess;
import dev.mure.it.cluster.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** What may happen to managers at any moment. When {@link #strike} returns, it has passed: all run and reach each other. */
public enum Fault {

    LEADER_KILLED {
        @Override
        void strike(LocalCluster cluster, Network network) {
            killAndStart(cluster, cluster.awaitLeader());
        }
    },
    FOLLOWER_KILLED {
        @Override
        void strike(LocalCluster cluster, Network network) {
            killAndStart(cluster, cluster.follower());
        }
    },
    LEADER_KILLED_FIVE_TIMES {
        @Override
        void strike(LocalCluster cluster, Network network) {
            for (int i = 0; i < 5; i++) {
                killAndStart(cluster, cluster.awaitLeader());
            }
        }
    },
    ALL_KILLED {
        @Override
        void strike(LocalCluster cluster, Network network) {
            cluster.managers().forEach(manager -> manager.process().kill());
            cluster.managers().forEach(manager -> manager.process().start());
        }
    },
    LEADER_STANDS_STILL_FOR_A_SECOND {
        @Override
        void strike(LocalCluster cluster, Network network) {
            pause(cluster.awaitLeader().process(), Duration.ofSeconds(1));
        }
    },
    LEADER_STANDS_STILL_FOR_FIVE_SECONDS {
        @Override
        void strike(LocalCluster cluster, Network network) {
            pause(cluster.awaitLeader().process(), Duration.ofSeconds(5));
        }
    },
    LEADER_STANDS_STILL_FOR_FIFTEEN_SECONDS {
        @Override
        void strike(LocalCluster cluster, Network network) {
            pause(cluster.awaitLeader().process(), Duration.ofSeconds(15));
        }
    },
    FOLLOWER_STANDS_STILL_FOR_FIVE_SECONDS {
        @Override
        void strike(LocalCluster cluster, Network network) {
            pause(cluster.follower().process(), Duration.ofSeconds(5));
        }
    },
    /** It goes on to receive writes through its socket, and must acknowledge none. */
    LEADER_CUT_OFF(true) {
        @Override
        void strike(LocalCluster cluster, Network network) {
            ManagerNode leader = cluster.awaitLeader();
            others(cluster, leader).forEach(other -> network.separate(leader.name(), other.name()));
            hold(CUT);
            network.heal();
        }
    },
    FOLLOWER_CUT_OFF(true) {
        @Override
        void strike(LocalCluster cluster, Network network) {
            ManagerNode follower = cluster.follower();
            others(cluster, follower).forEach(other -> network.separate(follower.name(), other.name()));
            hold(CUT);
            network.heal();
        }
    },
    /** The third manager reaches both, and must not let them take turns. */
    LEADER_CUT_OFF_FROM_ONE(true) {
        @Override
        void strike(LocalCluster cluster, Network network) {
            network.separate(cluster.awaitLeader().name(), cluster.follower().name());
            hold(CUT);
            network.heal();
        }
    },
    /** It hears everybody, and nobody hears it. */
    LEADER_UNHEARD(true) {
        @Override
        void strike(LocalCluster cluster, Network network) {
            ManagerNode leader = cluster.awaitLeader();
            others(cluster, leader).forEach(other -> network.cut(leader.name(), other.name()));
            hold(CUT);
            network.heal();
        }
    },
    /** Everybody hears it, and it hears nobody. */
    LEADER_DEAF(true) {
        @Override
        void strike(LocalCluster cluster, Network network) {
            ManagerNode leader = cluster.awaitLeader();
            others(cluster, leader).forEach(other -> network.cut(other.name(), leader.name()));
            hold(CUT);
            network.heal();
        }
    },
    /** Nobody has a majority. */
    ALL_SEPARATED(true) {
        @Override
        void strike(LocalCluster cluster, Network network) {
            List<ManagerNode> managers = cluster.managers();
            for (int i = 0; i < managers.size(); i++) {
                for (int j = 0; j < i; j++) {
                    network.separate(managers.get(i).name(), managers.get(j).name());
                }
            }
            hold(CUT);
            network.heal();
        }
    };

    /** Long enough for several elections. */
    private static final Duration CUT = Duration.ofSeconds(4);

    private final boolean needsNetwork;

    Fault() {
        this(false);
    }

    Fault(boolean needsNetwork) {
        this.needsNetwork = needsNetwork;
    }

    /** Whether managers have to have hosts of their own. */
    public boolean needsNetwork() {
        return needsNetwork;
    }

    /**
     * Makes it happen, and pass.
     *
     * @param network
     *            the managers'; left alone by a fault that needs none
     */
    abstract void strike(LocalCluster cluster, Network network);

    private static void killAndStart(LocalCluster cluster, ManagerNode manager) {
        manager.process().kill();
        cluster.awaitLeader();
        manager.process().start();
    }

    private static void pause(MureProcess process, Duration time) {
        process.pause();
        hold(time);
        process.resume();
    }

    private static List<ManagerNode> others(LocalCluster cluster, ManagerNode manager) {
        List<ManagerNode> others = new ArrayList<>(cluster.managers());
        others.remove(manager);
        return others;
    }

    /** A fault that lasts is not over before its time is. */
    private static void hold(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
