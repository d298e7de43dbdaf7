package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.apache.ratis.proto.RaftProtos.GroupListRequestProto;
import org.apache.ratis.proto.grpc.AdminProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PeerTrafficOnlyTest {

    @TempDir
    Path dir;

    @Test
    void nobodyAdministersAMemberFromOutside() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 1)) {
            ManagedChannel channel = NettyChannelBuilder
                    .forAddress("127.0.0.1", cluster.settingsOf(cluster.leader()).port())
                    .usePlaintext()
                    .build();
            try {
                var admin = AdminProtocolServiceGrpc.newBlockingStub(channel);
                assertThatThrownBy(() -> admin.groupList(GroupListRequestProto.getDefaultInstance()))
                        .isInstanceOf(StatusRuntimeException.class)
                        .hasMessageContaining("PERMISSION_DENIED");
            } finally {
                channel.shutdownNow();
            }
        }
    }
}
