package dev.mure.manager;

import dev.mure.node.DataFolder;
import dev.mure.trust.CredentialFile;
import dev.mure.trust.Credentials;
import dev.mure.trust.NodeRole;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** The certificate of a manager in its data folder. */
final class ManagerCertificate {

    private ManagerCertificate() {}

    /** What is there; empty if the node has none, or a worker's. */
    static Optional<Credentials> find(DataFolder folder) throws IOException {
        return new CredentialFile(folder).read()
                .filter(credentials -> credentials.identity().role() == NodeRole.MANAGER);
    }

    /** That of a manager that belongs to a cluster already. */
    static Credentials ofMember(DataFolder folder) throws IOException, CannotStartException {
        return find(folder).orElseThrow(() -> new CannotStartException(folder.path() + " belongs to a cluster, but "
                + new CredentialFile(folder).path() + " holds no manager's certificate: bring it back, or empty "
                + folder.path() + " and join as a new manager"));
    }

    /**
     * Refuses a start with a certificate that nobody accepts any more. A manager that is alone needs nobody: it signs its next one itself.
     *
     * @param voters how many managers vote, this one included
     */
    static void requireGood(Credentials credentials, int voters, Instant now) throws CannotStartException {
        if (credentials.expired(now) && voters > 1) {
            throw new CannotStartException("the certificate of this manager has expired on " + credentials.end()
                    + ": add --join HOST:PORT and --token TOKEN for another one; get the token with 'mure swarm"
                    + " join-token manager' on a manager that runs");
        }
    }
}
