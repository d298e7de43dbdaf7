package dev.mure.agent;

import dev.mure.node.DataFolder;
import dev.mure.trust.CredentialFile;
import dev.mure.trust.Credentials;
import dev.mure.trust.JoinToken;
import dev.mure.trust.NodeRole;
import dev.mure.trust.grpc.EnrolmentRefusedException;
import dev.mure.trust.grpc.JoinRequest;
import dev.mure.trust.grpc.Joined;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How an agent becomes one of the cluster's: by the certificate in its data folder, else with a token, else by the manager that is being
 * started on the same folder.
 */
record AgentEnrolment(DataFolder folder, String nodeId, String nodeName, List<String> join, Optional<JoinToken> token) {

    private static final Logger log = LoggerFactory.getLogger(AgentEnrolment.class);

    /** An agent waits for its managers as long as it takes. */
    private static final Duration EVER = Duration.ofDays(3650);
    private static final Duration MANAGER_STARTS = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(100);

    /**
     * Waits until the node has a certificate.
     *
     * @throws EnrolmentRefusedException if it gets none
     */
    Joined enter() throws EnrolmentRefusedException, IOException, InterruptedException {
        CredentialFile file = new CredentialFile(folder);
        Optional<Credentials> present = file.read();
        if (!isGood(present) && token.isPresent()) {
            return new JoinRequest(folder, nodeId, nodeName, NodeRole.WORKER, token.get(), join).join(EVER);
        }
        if (!isGood(present)) {
            log.info("No certificate that is good and no token: waiting for a manager that is started on {}",
                    folder.path());
        }
        long deadline = System.nanoTime() + MANAGER_STARTS.toNanos();
        while (!isGood(present)) {
            if (System.nanoTime() - deadline > 0) {
                throw new EnrolmentRefusedException(
                        present.map(expired -> "the certificate of this node has expired on " + expired.end())
                                .orElse("this node has no certificate yet")
                                + " and there is no join token: add --token TOKEN; get it with 'mure swarm join-token"
                                + " worker' on a manager");
            }
            Thread.sleep(LOOK);
            present = file.read();
        }
        return new Joined(present.orElseThrow(), 0, 0);
    }

    private static boolean isGood(Optional<Credentials> credentials) {
        return credentials.filter(present -> !present.expired(Instant.now())).isPresent();
    }
}
