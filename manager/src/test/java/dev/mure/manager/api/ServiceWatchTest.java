package dev.mure.manager.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mure.v1.ControlGrpc;
import dev.mure.v1.CreateServiceRequest;
import dev.mure.v1.DesiredState;
import dev.mure.v1.Mutation;
import dev.mure.v1.RemoveServiceRequest;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import dev.mure.v1.TaskView;
import dev.mure.v1.WatchServiceRequest;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Watching a service through a real gRPC door. */
class ServiceWatchTest {

    private FakeManager manager;
    private ManagedChannel channel;
    private ControlGrpc.ControlBlockingStub control;
    private String id;

    @BeforeEach
    void open() throws IOException {
        manager = new FakeManager("m1", new FakeState(), Duration.ofMillis(200));
        manager.initialise();
        channel = manager.connect();
        control = ControlGrpc.newBlockingStub(channel);
        id = control.createService(CreateServiceRequest.newBuilder().setSpec(Specs.redis("web", "redis:3")).build())
                .getId();
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        manager.close();
    }

    @Test
    void sendsTheServiceAtOnceAndAfterEachChange() {
        Iterator<ServiceProgress> watch = watch(0);
        ServiceProgress first = watch.next();
        assertThat(first.getService().getId()).isEqualTo(id);
        assertThat(first.getIndex()).isEqualTo(manager.state.current().index());
        task("t1", 1, TaskState.TASK_STATE_RUNNING, TaskState.TASK_STATE_RUNNING);
        ServiceProgress second = watch.next();
        assertThat(second.getService().getRunningTasks()).isEqualTo(1);
        assertThat(second.getTasksList()).extracting(view -> view.getTask().getId()).containsExactly("t1");
    }

    @Test
    void showsTheTaskThatStandsForEachSlot() {
        task("old", 1, TaskState.TASK_STATE_SHUTDOWN, TaskState.TASK_STATE_RUNNING);
        task("new", 1, TaskState.TASK_STATE_READY, TaskState.TASK_STATE_PREPARING);
        task("runs", 2, TaskState.TASK_STATE_RUNNING, TaskState.TASK_STATE_RUNNING);
        task("next", 2, TaskState.TASK_STATE_READY, TaskState.TASK_STATE_PREPARING);
        task("failed1", 3, TaskState.TASK_STATE_SHUTDOWN, TaskState.TASK_STATE_FAILED);
        task("failed2", 3, TaskState.TASK_STATE_SHUTDOWN, TaskState.TASK_STATE_FAILED);
        task("leaving", 4, TaskState.TASK_STATE_REMOVE, TaskState.TASK_STATE_RUNNING);
        assertThat(watch(0).next().getTasksList()).extracting(TaskView::getTask)
                .extracting(Task::getId)
                .containsExactly("new", "runs", "failed2");
    }

    @Test
    void startsOnlyFromTheWantedIndex() {
        long next = manager.state.current().index() + 1;
        Iterator<ServiceProgress> watch = watch(next);
        task("t1", 1, TaskState.TASK_STATE_RUNNING, TaskState.TASK_STATE_NEW);
        assertThat(watch.next().getIndex()).isEqualTo(next);
    }

    @Test
    void endsWhenTheServiceIsRemoved() {
        Iterator<ServiceProgress> watch = watch(0);
        watch.next();
        control.removeService(RemoveServiceRequest.newBuilder().setService("web").build());
        assertThatThrownBy(watch::hasNext).hasMessage("NOT_FOUND: service web not found: it was removed");
        assertThatThrownBy(() -> watch(0).hasNext()).hasMessage("NOT_FOUND: service web not found");
    }

    @Test
    void isBoundedInNumberAndFreedByCancelling() {
        Context.CancellableContext context = Context.current().withCancellation();
        context.run(() -> {
            for (int i = 0; i < 3; i++) {
                watch(0).next();
            }
        });
        assertThatThrownBy(() -> watch(0).hasNext())
                .hasMessageStartingWith("RESOURCE_EXHAUSTED: this manager has 3 watches");
        context.cancel(null);
        await().until(() -> manager.openWatches() == 0);
        watch(0).next();
    }

    @Test
    void endsWhenTheManagerStops() {
        Iterator<ServiceProgress> watch = watch(0);
        watch.next();
        manager.watches.close();
        assertThatThrownBy(watch::hasNext).hasMessageStartingWith("UNAVAILABLE: this manager is stopping");
    }

    private Iterator<ServiceProgress> watch(long minIndex) {
        return control.watchService(WatchServiceRequest.newBuilder().setService("web").setMinIndex(minIndex).build());
    }

    private void task(String taskId, int slot, TaskState desired, TaskState observed) {
        manager.state.apply(Mutation.newBuilder()
                .setCreateTask(Task.newBuilder()
                        .setId(taskId)
                        .setServiceId(id)
                        .setRevision(1)
                        .setSlot(slot)
                        .setDesired(DesiredState.newBuilder().setState(desired))
                        .setStatus(TaskStatus.newBuilder().setState(observed)))
                .build());
    }
}
