package dev.mure.manager;

import dev.mure.manager.api.ManagerChannels;
import dev.mure.manager.raft.DeathReason;
import dev.mure.v1.AdmitManagerRequest;
import dev.mure.v1.DescribeClusterRequest;
import dev.mure.v1.DescribeClusterResponse;
import dev.mure.v1.PeerGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cluster as a manager sees it that is not in it yet: the addresses of some of its managers. */
final class JoinableCluster {

    private static final Logger log = LoggerFactory.getLogger(JoinableCluster.class);

    private static final Duration ONE_CALL = Duration.ofSeconds(15);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration REMIND = Duration.ofSeconds(5);

    private final ManagerChannels channels;
    private final List<String> addresses;

    JoinableCluster(ManagerChannels channels, List<String> addresses) {
        this.channels = channels;
        this.addresses = List.copyOf(addresses);
    }

    /** Asks until one of the managers answers or the time is over. */
    DescribeClusterResponse describe(Duration patience) throws CannotStartException, InterruptedException {
        return untilAnswered("asking for the cluster", patience, new CompletableFuture<>(),
                stub -> stub.describeCluster(DescribeClusterRequest.getDefaultInstance()));
    }

    /**
     * Has this manager admitted, by the leader, whichever of the managers it asks.
     *
     * @param died of its Raft member, which may hear first that it was removed
     */
    void admit(AdmitManagerRequest request, Duration patience, CompletableFuture<DeathReason> died)
            throws CannotStartException, InterruptedException {
        untilAnswered("asking to be admitted", patience, died, stub -> stub.admitManager(request));
    }

    private <R> R untilAnswered(String what, Duration patience, CompletableFuture<DeathReason> died,
            Function<PeerGrpc.PeerBlockingStub, R> call) throws CannotStartException, InterruptedException {
        long start = System.nanoTime();
        long remindAt = start + REMIND.toNanos();
        while (true) {
            String why = "";
            for (String address : addresses) {
                try {
                    return call.apply(PeerGrpc.newBlockingStub(channels.to(address))
                            .withDeadlineAfter(ONE_CALL.toMillis(), TimeUnit.MILLISECONDS));
                } catch (StatusRuntimeException e) {
                    if (isFinal(e.getStatus())) {
                        throw new CannotStartException(address + " refuses: " + e.getStatus().getDescription());
                    }
                    why = address + " answers " + e.getStatus().getCode()
                            + (e.getStatus().getDescription() == null
                                    ? ""
                                    : " (" + e.getStatus().getDescription() + ")");
                }
            }
            if (died.isDone()) {
                throw new CannotStartException(died.join().message(), died.join().kind().exitCode());
            }
            long now = System.nanoTime();
            if (now - start > patience.toNanos()) {
                throw new CannotStartException("gave up " + what + " after " + patience.toSeconds() + " s: " + why
                        + "; is a manager running there?");
            }
            if (now - remindAt > 0) {
                log.warn("Still {}: {}", what, why);
                remindAt = now + REMIND.toNanos();
            }
            Thread.sleep(PAUSE);
        }
    }

    /** Whether asking again would get the same answer. */
    private static boolean isFinal(Status status) {
        return switch (status.getCode()) {
            case INVALID_ARGUMENT, PERMISSION_DENIED, UNAUTHENTICATED, UNIMPLEMENTED -> true;
            case FAILED_PRECONDITION, OK, CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, NOT_FOUND, ALREADY_EXISTS,
                    RESOURCE_EXHAUSTED,
                    ABORTED, OUT_OF_RANGE, INTERNAL, UNAVAILABLE, DATA_LOSS -> false;
        };
    }
}
