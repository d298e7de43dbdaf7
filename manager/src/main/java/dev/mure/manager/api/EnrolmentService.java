package dev.mure.manager.api;

import com.google.protobuf.ByteString;
import dev.mure.manager.leader.Decisions;
import dev.mure.manager.leader.NotLeadingException;
import dev.mure.manager.leader.OutcomeUnknownException;
import dev.mure.manager.leader.Refusal;
import dev.mure.trust.CertificateRequest;
import dev.mure.trust.Certificates;
import dev.mure.trust.Enrolment;
import dev.mure.trust.NodeIdentity;
import dev.mure.v1.EnrolmentGrpc;
import dev.mure.v1.IssueCertificateRequest;
import dev.mure.v1.IssueCertificateResponse;
import dev.mure.v1.RenewCertificateRequest;
import dev.mure.v1.RenewCertificateResponse;
import io.grpc.MethodDescriptor;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** Signs certificates. Behind {@link LeaderForwarding} its methods reach this class only where this manager leads. */
public final class EnrolmentService extends EnrolmentGrpc.EnrolmentImplBase {

    private final Decisions decisions;
    private final RandomGenerator random;
    private final InstantSource wallTime;

    /**
     * The service of one manager.
     *
     * @param random for serial numbers
     * @param wallTime what certificates are dated by
     */
    public EnrolmentService(Decisions decisions, RandomGenerator random, InstantSource wallTime) {
        this.decisions = decisions;
        this.random = random;
        this.wallTime = wallTime;
    }

    /** The methods that only the leader can grant. */
    public static MethodDescriptor<?, ?>[] leaderMethods() {
        return new MethodDescriptor<?, ?>[]{EnrolmentGrpc.getIssueCertificateMethod(),
            EnrolmentGrpc.getRenewCertificateMethod()};
    }

    @Override
    public void issueCertificate(IssueCertificateRequest request, StreamObserver<IssueCertificateResponse> out) {
        PeerService.answer(out, () -> {
            CertificateRequest wanted = parse(request.getCertificateRequest());
            Enrolled enrolled = decisions.commit(new EnrolWithToken(request, wanted, Caller.current()),
                    LeaderForwarding.timeLeft());
            return enrolled.answer()
                    .toBuilder()
                    .setCertificate(certificate(wanted, enrolled))
                    .setRootCertificate(root(enrolled))
                    .build();
        });
    }

    @Override
    public void renewCertificate(RenewCertificateRequest request, StreamObserver<RenewCertificateResponse> out) {
        PeerService.answer(out, () -> renewed(request.getCertificateRequest(), Caller.current()));
    }

    private RenewCertificateResponse renewed(ByteString request, Caller caller)
            throws Refusal, NotLeadingException, OutcomeUnknownException, InterruptedException {
        CertificateRequest wanted = parse(request);
        Enrolled enrolled = decisions.commit(new RenewEnrolment(wanted, caller), LeaderForwarding.timeLeft());
        return RenewCertificateResponse.newBuilder()
                .setCertificate(certificate(wanted, enrolled))
                .setRootCertificate(root(enrolled))
                .build();
    }

    /**
     * Signs the next certificate of this manager itself, where it leads. That takes no connection, so it works even when the present
     * certificate has expired.
     *
     * @throws IOException with one line that says why there is none
     */
    public Enrolment.Signed renewOwn(byte[] request, NodeIdentity self) throws IOException, InterruptedException {
        try {
            RenewCertificateResponse answer = renewed(ByteString.copyFrom(request), Caller.of(self));
            return Enrolment.Signed.parse(answer.getCertificate().toByteArray(),
                    answer.getRootCertificate().toByteArray());
        } catch (Refusal | NotLeadingException | OutcomeUnknownException e) {
            throw new IOException(Statuses.line(e), e);
        }
    }

    private static CertificateRequest parse(ByteString der) throws Refusal {
        try {
            return CertificateRequest.parse(der.toByteArray());
        } catch (IllegalArgumentException e) {
            throw new Refusal(Refusal.Kind.INVALID, Statuses.line(e));
        }
    }

    private ByteString certificate(CertificateRequest wanted, Enrolled enrolled) throws Refusal {
        return ByteString.copyFrom(Certificates.encoded(enrolled.authority()
                .authority()
                .issue(wanted.publicKey(), enrolled.identity(), random, wallTime.instant())));
    }

    private static ByteString root(Enrolled enrolled) {
        return enrolled.authority().cluster().getTrust().getRootCertificate();
    }
}
