package dev.mure.manager.raft;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.server.GrpcServices;

/**
 * What a test replaces.
 *
 * @param nanoTime monotonic time
 * @param services looks at incoming calls
 * @param tuning changes Ratis' settings at the end
 * @param tls what members show and accept; empty: they talk in clear
 */
record Environment(LongSupplier nanoTime, GrpcServices.Customizer services, Consumer<RaftProperties> tuning,
        Optional<PeerTls> tls) {

    static Environment real(PeerTls tls) {
        return new Environment(System::nanoTime, new PeerTrafficOnly(tls.removed()), properties -> {},
                Optional.of(tls));
    }
}
