package dev.mure.manager.raft;

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
 */
record Environment(LongSupplier nanoTime, GrpcServices.Customizer services, Consumer<RaftProperties> tuning) {

    static final Environment REAL = new Environment(System::nanoTime, new PeerTrafficOnly(), properties -> {});
}
