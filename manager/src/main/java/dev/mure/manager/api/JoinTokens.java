package dev.mure.manager.api;

import dev.mure.manager.leader.Refusal;
import dev.mure.manager.store.ClusterState;
import dev.mure.trust.JoinToken;
import dev.mure.v1.CertificateRole;
import dev.mure.v1.GetJoinTokenResponse;
import dev.mure.v1.Node;
import dev.mure.v1.RotateJoinTokenRequest;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The join tokens as operators see them.
 *
 * @param selfId node id of this manager
 * @param random where secrets come from; a secure one
 */
public record JoinTokens(String selfId, RandomGenerator random) {

    GetJoinTokenResponse token(ClusterState state, CertificateRole role) throws Refusal {
        return GetJoinTokenResponse.newBuilder()
                .setToken(ClusterAuthority.of(state).token(ClusterAuthority.role(role)).text())
                .addAllManagerAddresses(addresses(state))
                .setIndex(state.index())
                .build();
    }

    RotateJoinToken rotate(RotateJoinTokenRequest request) {
        return new RotateJoinToken(request.getRole(), JoinToken.newSecret(random));
    }

    private List<String> addresses(ClusterState state) {
        return state.nodes()
                .stream()
                .filter(Node::hasManager)
                .sorted(Comparator.comparing((Node node) -> !node.getId().equals(selfId)))
                .map(node -> node.getManager().getGrpcAddress())
                .toList();
    }
}
