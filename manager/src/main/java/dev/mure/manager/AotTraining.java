package dev.mure.manager;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.mure.manager.api.GrpcDoor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import picocli.CommandLine;

/** A short run over what every start of a manager loads, from which the JDK makes its AOT cache. Starts no cluster, says nothing. */
final class AotTraining {

    private AotTraining() {}

    static int run() {
        String usage = new CommandLine(new ManagerCommand()).getUsageMessage();
        ByteString encoded = Timestamp.newBuilder().setSeconds(1).build().toByteString();
        try (GrpcDoor door = new GrpcDoor(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), List.of())) {
            door.start();
        } catch (IOException e) {
            return 1;
        }
        return usage.isEmpty() || encoded.isEmpty() ? 1 : 0;
    }
}
