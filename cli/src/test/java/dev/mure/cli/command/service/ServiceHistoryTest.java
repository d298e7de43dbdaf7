package dev.mure.cli.command.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.cli.process.ExitCode;
import dev.mure.cli.testing.FakeManager;
import dev.mure.cli.testing.ManagerTest;
import dev.mure.cli.testing.Run;
import dev.mure.cli.testing.Samples;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.ListRevisionsRequest;
import dev.mure.v1.ListRevisionsResponse;
import dev.mure.v1.Meta;
import dev.mure.v1.PauseCause;
import dev.mure.v1.RequestId;
import dev.mure.v1.Revision;
import dev.mure.v1.RevisionView;
import dev.mure.v1.RollbackServiceRequest;
import dev.mure.v1.RollbackServiceResponse;
import dev.mure.v1.RolloutState;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.ServiceView;
import dev.mure.v1.TaskSpec;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceHistoryTest extends ManagerTest {

    private static RevisionView.Builder revision(long number, String image, boolean stable) {
        return RevisionView.newBuilder().setRevision(Revision.newBuilder().setNumber(number).setStable(stable)
                .setImageDigest("sha256:" + number)
                .setMeta(Meta.newBuilder().setCreatedAt(Samples.secondsAgo(100 - (int) number)))
                .setTask(TaskSpec.newBuilder().setContainer(ContainerSpec.newBuilder().setImage(image))));
    }

    private void answer() {
        manager.answer("ListRevisions", ListRevisionsResponse.newBuilder()
                .addRevisions(revision(3, "redis:3.0.8@sha256:x", false).setCurrent(true).setRunningTasks(1))
                .addRevisions(revision(2, "redis:3.0.7", true).setRollbackTarget(true).setRunningTasks(2))
                .addRevisions(revision(1, "redis:3.0.6", true)).build());
    }

    @Test
    void listsTheRevisions() throws IOException {
        answer();

        assertThat(mure("service", "history", "redis")).isEqualTo(new Run(ExitCode.OK, """
                REVISION   CREATED              IMAGE         STATE                     TASKS
                3          about a minute ago   redis:3.0.8   current                   1
                2          about a minute ago   redis:3.0.7   stable, rollback target   2
                1          about a minute ago   redis:3.0.6   stable                    0
                """, ""));
        assertThat(ListRevisionsRequest.parseFrom(manager.bodies("ListRevisions").getFirst()).getService())
                .isEqualTo("redis");
        assertThat(mure("service", "history", "-q", "redis").out()).isEqualTo("3\n2\n1\n");
        assertThat(mure("service", "history", "--format", "{{.Revision}} {{.Digest}} {{.CreatedAt}}", "redis").out())
                .startsWith("3 sha256:3 2026-11-23T02:47:43Z\n");
    }

    @Test
    void saysThatAServiceIsUnknown() {
        manager.refuse("ListRevisions", 404, "not_found", "service nosuch not found");

        assertThat(mure("service", "history", "nosuch"))
                .isEqualTo(new Run(ExitCode.FAILURE, "", "mure: service nosuch not found\n"));
    }

    private static ServiceProgress back(RolloutState state, String message, int done, PauseCause cause) {
        ServiceView.Builder service = Samples.redis().toBuilder().setRollout(Samples.rollout(state, message).toBuilder()
                .setFromRevision(2).setToRevision(1).setPauseCause(cause));
        ServiceProgress.Builder progress = ServiceProgress.newBuilder().setService(service).setIndex(100 + done);
        for (int slot = 1; slot <= 3; slot++) {
            progress.addTasks(Samples.running(slot, slot <= done ? 1 : 2).toBuilder().setUpToDate(slot <= done));
        }
        return progress.build();
    }

    private Run rollBack(ServiceProgress... progress) {
        manager.answer("RollbackService",
                RollbackServiceResponse.newBuilder().setId(Samples.REDIS_ID).setRevision(1).setIndex(5).build())
                .answer("WatchService", FakeManager.openStream(List.of(progress)));
        return mure("service", "rollback", "--to", "1", "redis");
    }

    @Test
    void rollsBackWithDockersWords() throws IOException {
        assertThat(rollBack(
                back(RolloutState.ROLLOUT_STATE_ROLLBACK_STARTED, "manually requested rollback", 0,
                        PauseCause.PAUSE_CAUSE_UNSPECIFIED),
                back(RolloutState.ROLLOUT_STATE_ROLLBACK_COMPLETED, "rollback completed", 3,
                        PauseCause.PAUSE_CAUSE_UNSPECIFIED)))
                .isEqualTo(new Run(ExitCode.OK, """
                        redis
                        rollback: manually requested rollback
                        overall progress: rolling back update: 0 out of 3 tasks
                        1/3: \s
                        2/3: \s
                        3/3: \s
                        overall progress: rolling back update: 3 out of 3 tasks
                        verify: Service redis converged
                        rollback: rollback completed
                        """, ""));
        assertThat(RollbackServiceRequest.parseFrom(manager.bodies("RollbackService").getFirst()))
                .isEqualTo(RollbackServiceRequest.newBuilder().setService("redis").setToRevision(1)
                        .setRequest(RequestId.newBuilder().setId("request-1")).build());
    }

    @Test
    void failsWhenARollbackFails() {
        Run run = rollBack(back(RolloutState.ROLLOUT_STATE_ROLLBACK_PAUSED, "rollback paused due to x", 1,
                PauseCause.PAUSE_CAUSE_FAILURE));

        assertThat(run.exitCode()).isEqualTo(ExitCode.ROLLBACK_FAILED);
        assertThat(run.err()).isEqualTo("service rollback paused: rollback paused due to x\n");
    }

    @Test
    void tellsARollbackThatSomebodyPausedFromOneThatFailed() {
        assertThat(rollBack(back(RolloutState.ROLLOUT_STATE_ROLLBACK_PAUSED, "paused", 1,
                PauseCause.PAUSE_CAUSE_REQUEST)).exitCode()).isEqualTo(ExitCode.PAUSED);
    }

    @Test
    void saysThatNothingHadToBeDone() {
        manager.answer("RollbackService",
                RollbackServiceResponse.newBuilder().setRevision(1).setUnchanged(true).build());

        assertThat(mure("service", "rollback", "redis"))
                .isEqualTo(new Run(ExitCode.OK, "redis\nrevision 1 runs already, nothing was changed\n", ""));
    }

    @Test
    void passesARefusalOn() {
        manager.refuse("RollbackService", 400, "failed_precondition", "service redis has no other stable revision");

        assertThat(mure("service", "rollback", "redis"))
                .isEqualTo(new Run(ExitCode.FAILURE, "", "mure: service redis has no other stable revision\n"));
        assertThat(mure("service", "rollback", "--to", "0", "redis").exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    }
}
