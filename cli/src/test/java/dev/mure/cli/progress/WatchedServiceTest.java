package dev.mure.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.cli.connect.ControlClient;
import dev.mure.cli.connect.Endpoint;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.testing.FakeManager;
import dev.mure.cli.testing.FakeTime;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.WatchServiceRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedServiceTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final ServiceProgress FIRST = ServiceProgress.newBuilder().setIndex(11).build();
    private static final ServiceProgress SECOND = ServiceProgress.newBuilder().setIndex(12).build();

    @TempDir
    Path folder;
    private final FakeTime time = new FakeTime();

    private WatchedService watch(FakeManager... managers) {
        List<Endpoint> endpoints =
                List.of(managers).stream().map(manager -> Endpoint.parse(manager.address(), "--host")).toList();
        return new WatchedService(new ControlClient(endpoints, time), "redis-id", 10, time);
    }

    @Test
    void goesOnAtAnotherManagerWhenTheStreamBreaks() throws IOException {
        try (FakeManager killed = FakeManager.onUnixSocket(folder.resolve("a"));
                FakeManager other = FakeManager.onUnixSocket(folder.resolve("b"))) {
            killed.answer("WatchService", FakeManager.stream(List.of(FIRST), ""));
            other.answer("WatchService", FakeManager.openStream(List.of(SECOND)));

            try (WatchedService watched = watch(killed, other)) {
                assertThat(watched.next(LONG)).isEqualTo(new ProgressSource.Changed(FIRST));
                assertThat(watched.next(LONG)).isEqualTo(new ProgressSource.Changed(SECOND));
            }
            assertThat(request(killed).getMinIndex()).isEqualTo(10);
            assertThat(request(other))
                    .isEqualTo(WatchServiceRequest.newBuilder().setService("redis-id").setMinIndex(11).build());
        }
    }

    private static WatchServiceRequest request(FakeManager manager) throws IOException {
        byte[] body = manager.bodies("WatchService").getFirst();
        return WatchServiceRequest.parser().parseFrom(body, 5, body.length - 5);
    }

    @Test
    void tellsThatTheServiceIsGone() throws IOException {
        try (FakeManager manager = FakeManager.onUnixSocket(folder.resolve("a"))) {
            manager.answer("WatchService", FakeManager.stream(List.of(FIRST), "{}"))
                    .refuse("WatchService", 404, "not_found", "service redis-id not found");

            try (WatchedService watched = watch(manager)) {
                assertThat(watched.next(LONG)).isEqualTo(new ProgressSource.Changed(FIRST));
                assertThat(watched.next(LONG)).isEqualTo(new ProgressSource.Removed());
            }
        }
    }

    @Test
    void givesUpAfterAMinuteWithoutAnyManager() throws IOException {
        FakeManager manager = FakeManager.onUnixSocket(folder.resolve("a"));
        manager.close();

        try (WatchedService watched = watch(manager)) {
            assertThat(watched.next(LONG)).isInstanceOfSatisfying(ProgressSource.Failed.class, failed -> {
                assertThat(failed.failure().exitCode()).isEqualTo(ExitCode.UNREACHABLE);
                assertThat(failed.failure())
                        .hasMessageContaining("lost contact with the managers at " + manager.address());
            });
        }
        assertThat(time.elapsed()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(62));
    }

    @Test
    void passesAnErrorOn() throws IOException {
        try (FakeManager manager = FakeManager.onUnixSocket(folder.resolve("a"))) {
            manager.refuse("WatchService", 403, "permission_denied", "not you");

            try (WatchedService watched = watch(manager)) {
                assertThat(watched.next(LONG)).isInstanceOfSatisfying(ProgressSource.Failed.class,
                        failed -> assertThat(failed.failure()).hasMessage("not you"));
            }
        }
    }

    @Test
    void saysThatNothingHappened() throws IOException {
        try (FakeManager manager = FakeManager.onUnixSocket(folder.resolve("a"))) {
            manager.answer("WatchService", FakeManager.openStream(List.of()));

            try (WatchedService watched = watch(manager)) {
                assertThat(watched.next(Duration.ofMillis(1))).isEqualTo(new ProgressSource.Nothing());
            }
        }
    }
}
