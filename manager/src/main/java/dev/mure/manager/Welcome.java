package dev.mure.manager;

import dev.mure.manager.raft.StateFeed;
import dev.mure.trust.JoinToken;
import dev.mure.trust.RootCertificate;
import dev.mure.v1.ClusterTrust;
import java.io.PrintStream;
import java.security.cert.CertificateException;
import java.util.Optional;

/**
 * What the first manager of a new cluster tells who started it: how others join. The tokens are shown on a terminal only; what is
 * written elsewhere ends in a log that others read.
 */
record Welcome(String address, String nodeId) {

    void print(StateFeed feed, PrintStream out) {
        boolean terminal = Optional.ofNullable(System.console()).filter(console -> console.isTerminal()).isPresent();
        Optional<ClusterTrust> trust = feed.current().cluster().map(cluster -> cluster.getTrust());
        out.print(text(terminal ? trust : Optional.empty()));
        out.flush();
    }

    /** With tokens if there are any to show. */
    String text(Optional<ClusterTrust> trust) {
        return """
                Swarm initialized: current node (%s) is now a manager.

                To add a worker to this swarm, run the following command:

                    mure agent --runtime docker --join %s --token %s

                To add a manager to this swarm, run the following command:

                    mure manager --join %s --token %s

                """.formatted(nodeId, address, token(trust, "worker", trust.map(ClusterTrust::getWorkerSecret)),
                address,
                token(trust, "manager", trust.map(ClusterTrust::getManagerSecret)));
    }

    private static String token(Optional<ClusterTrust> trust, String role, Optional<String> secret) {
        if (trust.isEmpty() || secret.isEmpty()) {
            return "\"$(mure swarm join-token -q " + role + ")\"";
        }
        try {
            return JoinToken.of(RootCertificate.parse(trust.get().getRootCertificate().toByteArray()), secret.get())
                    .text();
        } catch (CertificateException e) {
            throw new IllegalStateException("the state's root certificate can't be read", e);
        }
    }
}
