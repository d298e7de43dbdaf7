package dev.mure.trust.grpc;

import com.google.protobuf.ByteString;
import dev.mure.node.DataFolder;
import dev.mure.trust.CredentialFile;
import dev.mure.trust.Credentials;
import dev.mure.trust.Distrust;
import dev.mure.trust.Enrolment;
import dev.mure.trust.JoinToken;
import dev.mure.trust.NodeRole;
import dev.mure.trust.NodeTls;
import dev.mure.trust.WrongAuthorityException;
import dev.mure.v1.CertificateRole;
import dev.mure.v1.EnrolmentGrpc;
import dev.mure.v1.IssueCertificateRequest;
import dev.mure.v1.IssueCertificateResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.FileLock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets a node into a cluster: asks one manager after the other until one lets it in, and keeps what it gets in the data folder. If
 * manager and agent of a node ask at the same time, one of them does and the other waits.
 *
 * @param wanted the least that the node is to be
 * @param managers HOST:PORT
 */
public record JoinRequest(DataFolder folder, String nodeId, String nodeName, NodeRole wanted, JoinToken token,
        List<String> managers) {

    private static final Logger log = LoggerFactory.getLogger(JoinRequest.class);

    private static final Duration ONE_CALL = Duration.ofSeconds(15);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration REMIND = Duration.ofSeconds(5);

    public JoinRequest {
        managers = List.copyOf(managers);
    }

    /**
     * Asks until it is let in or refused.
     *
     * @param patience how long it goes on while no manager answers
     * @throws EnrolmentRefusedException with the reason, also when the patience is over
     * @throws IOException if the data folder can't be read or written
     */
    public Joined join(Duration patience) throws EnrolmentRefusedException, IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Optional<FileLock> lock = folder.lock("certificates");
        while (lock.isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                throw new EnrolmentRefusedException("another process on " + folder.path() + " has been asking for this"
                        + " node's certificate for " + patience.toSeconds()
                        + " s: stop it, or wait until it is through");
            }
            Thread.sleep(PAUSE);
            lock = folder.lock("certificates");
        }
        try (Channel _ = lock.get().acquiredBy()) {
            CredentialFile file = new CredentialFile(folder);
            Optional<Credentials> present = file.read();
            if (present.isPresent() && suffices(present.get())) {
                return new Joined(present.get(), 0, 0);
            }
            return untilAnswered(present, new Enrolment(file), deadline, patience);
        }
    }

    private boolean suffices(Credentials credentials) {
        return !credentials.expired(Instant.now())
                && (wanted == NodeRole.WORKER || credentials.identity().role() == NodeRole.MANAGER);
    }

    private Joined untilAnswered(Optional<Credentials> present, Enrolment enrolment, long deadline, Duration patience)
            throws EnrolmentRefusedException, IOException, InterruptedException {
        Optional<Credentials> expired = present.filter(credentials -> credentials.expired(Instant.now()));
        expired.ifPresent(credentials -> log.info("The certificate has expired on {}; asking for another one with the"
                + " join token", credentials.end()));
        SslContext tls = present.filter(_ -> expired.isEmpty())
                .map(credentials -> GrpcTls.client(new NodeTls(credentials)))
                .orElseGet(() -> GrpcTls.joining(token));
        long remindAt = System.nanoTime() + REMIND.toNanos();
        while (true) {
            String why = "";
            for (String manager : managers) {
                try {
                    return ask(enrolment, expired, tls, manager);
                } catch (StatusRuntimeException e) {
                    refuseIfFinal(manager, e);
                    why = manager + Distrust.in(e).map(reason -> ": " + reason)
                            .orElseGet(() -> " answers " + line(e.getStatus()));
                }
            }
            long now = System.nanoTime();
            if (now - deadline > 0) {
                throw new EnrolmentRefusedException("gave up asking for a certificate after " + patience.toSeconds()
                        + " s: " + why + "; is a manager running there?");
            }
            if (now - remindAt > 0) {
                log.warn("Still asking for a certificate: {}", why);
                remindAt = now + REMIND.toNanos();
            }
            Thread.sleep(PAUSE);
        }
    }

    private Joined ask(Enrolment enrolment, Optional<Credentials> expired, SslContext tls, String manager)
            throws IOException, InterruptedException {
        ManagedChannel channel = NettyChannelBuilder.forTarget("dns:///" + manager).sslContext(tls).build();
        try {
            AtomicReference<IssueCertificateResponse> answer =
                    new AtomicReference<>(IssueCertificateResponse.getDefaultInstance());
            Enrolment.Signer signer = request -> {
                IssueCertificateResponse issued = EnrolmentGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(ONE_CALL.toMillis(), TimeUnit.MILLISECONDS)
                        .issueCertificate(IssueCertificateRequest.newBuilder()
                                .setToken(token.text())
                                .setNodeId(nodeId)
                                .setNodeName(nodeName)
                                .setCertificateRequest(ByteString.copyFrom(request))
                                .setRole(switch (wanted) {
                                    case WORKER -> CertificateRole.CERTIFICATE_ROLE_WORKER;
                                    case MANAGER -> CertificateRole.CERTIFICATE_ROLE_MANAGER;
                                })
                                .build());
                answer.set(issued);
                return Enrolment.Signed.parse(issued.getCertificate().toByteArray(),
                        issued.getRootCertificate().toByteArray());
            };
            Credentials credentials = expired.isPresent()
                    ? enrolment.anew(token, expired.get(), signer)
                    : enrolment.first(token, signer);
            return new Joined(credentials, answer.get().getClusterEpoch(), answer.get().getIndex());
        } finally {
            channel.shutdownNow();
        }
    }

    private static void refuseIfFinal(String manager, StatusRuntimeException e) throws EnrolmentRefusedException {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof WrongAuthorityException) {
                throw new EnrolmentRefusedException(manager + ": " + cause.getMessage());
            }
        }
        switch (e.getStatus().getCode()) {
            case INVALID_ARGUMENT, ALREADY_EXISTS, PERMISSION_DENIED, UNAUTHENTICATED, UNIMPLEMENTED ->
                    throw new EnrolmentRefusedException(manager + " refuses: " + e.getStatus().getDescription());
            case OK, CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, NOT_FOUND, RESOURCE_EXHAUSTED, FAILED_PRECONDITION,
                    ABORTED, OUT_OF_RANGE, INTERNAL, UNAVAILABLE, DATA_LOSS -> {
                // Another manager, or the same one a little later, may answer.
            }
        }
    }

    private static String line(Status status) {
        return status.getCode() + (status.getDescription() == null ? "" : " (" + status.getDescription() + ")");
    }
}
