package dev.mure.it.fault;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mure.it.SharedCluster;
import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.NamespaceNetwork;
import dev.mure.it.cluster.Network;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Managers that can't reach each other, each on a host of its own. */
class PartitionsIT {

    private static @Nullable Network network;

    @RegisterExtension
    static final SharedCluster SHARED = SharedCluster.ofProcesses(ClusterShape.of(3, 3), PartitionsIT::hosts);

    @ParameterizedTest
    @EnumSource(names = {"LEADER_CUT_OFF", "LEADER_CUT_OFF_FROM_ONE", "LEADER_UNHEARD"})
    void whatWasAcknowledgedIsThereAndWhatRanRunsOn(Fault fault) {
        new FaultRounds(SHARED.get(), Objects.requireNonNull(network)).live(fault);
    }

    private static Network hosts() {
        assumeTrue(NamespaceNetwork.isPossible(), "hosts of their own need root and iproute2");
        network = NamespaceNetwork.create();
        return network;
    }
}
