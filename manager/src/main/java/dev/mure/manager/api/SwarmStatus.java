package dev.mure.manager.api;

import dev.mure.v1.ControlGrpc;
import dev.mure.v1.GetSwarmStatusRequest;
import dev.mure.v1.GetSwarmStatusResponse;
import java.time.Duration;

/** How the managers are: the leader's view if there is a leader that answers, else this manager's own. */
public final class SwarmStatus {

    /** What a manager sees by itself. A port: {@code raft} and the pulse of the managers know. */
    @FunctionalInterface
    public interface View {
        GetSwarmStatusResponse look();
    }

    private static final Duration ASK = Duration.ofMillis(800);

    private final LeaderLink leader;
    private final View own;

    public SwarmStatus(LeaderLink leader, View own) {
        this.leader = leader;
        this.own = own;
    }

    GetSwarmStatusResponse look(GetSwarmStatusRequest request) throws InterruptedException {
        if (!request.getOwnView() && leader.address().isPresent()) {
            var answer = leader.ask(ControlGrpc.getGetSwarmStatusMethod(),
                    GetSwarmStatusRequest.newBuilder().setOwnView(true).build(), ASK);
            if (answer instanceof LeaderLink.Outcome.Answered<GetSwarmStatusResponse>(GetSwarmStatusResponse seen)) {
                return withSelf(seen);
            }
        }
        return own.look();
    }

    /** The leader does not know whom the client asked. */
    private GetSwarmStatusResponse withSelf(GetSwarmStatusResponse seen) {
        GetSwarmStatusResponse.Builder answer = seen.toBuilder();
        answer.getManagersBuilderList()
                .forEach(manager -> manager.setSelf(manager.getNodeId().equals(leader.selfId())));
        return answer.build();
    }
}
