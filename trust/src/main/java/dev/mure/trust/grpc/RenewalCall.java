package dev.mure.trust.grpc;

import com.google.protobuf.ByteString;
import dev.mure.trust.Enrolment;
import dev.mure.v1.EnrolmentGrpc;
import dev.mure.v1.RenewCertificateRequest;
import dev.mure.v1.RenewCertificateResponse;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Has a node's next certificate signed, over a connection on which it shows the present one. */
public final class RenewalCall {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    private RenewalCall() {}

    /** Asks once. */
    public static Enrolment.Signed on(Channel channel, byte[] request) throws IOException {
        try {
            RenewCertificateResponse answer = EnrolmentGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .renewCertificate(RenewCertificateRequest.newBuilder()
                            .setCertificateRequest(ByteString.copyFrom(request))
                            .build());
            return Enrolment.Signed.parse(answer.getCertificate().toByteArray(),
                    answer.getRootCertificate().toByteArray());
        } catch (StatusRuntimeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
