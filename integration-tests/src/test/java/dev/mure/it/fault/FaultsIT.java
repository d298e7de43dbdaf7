package dev.mure.it.fault;

import dev.mure.it.SharedCluster;
import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.Network;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Processes that die and stand still. The others, and all of them for longer: {@code integration-tests/chaos}. */
class FaultsIT {

    @RegisterExtension
    static final SharedCluster SHARED = SharedCluster.ofProcesses(ClusterShape.of(3, 3));

    @ParameterizedTest
    @EnumSource(names = {"LEADER_KILLED_FIVE_TIMES", "ALL_KILLED", "LEADER_STANDS_STILL_FOR_FIVE_SECONDS"})
    void whatWasAcknowledgedIsThereAndWhatRanRunsOn(Fault fault) {
        new FaultRounds(SHARED.get(), new Network.Loopback()).live(fault);
    }
}
