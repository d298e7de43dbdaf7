package dev.mure.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.cluster.MureProcess;
import dev.mure.v1.RolloutState;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An agent is killed and comes back: its tasks never notice. */
class AgentKilledIT {

    private static final int REPLICAS = 3;

    @RegisterExtension
    static final SharedCluster SHARED = SharedCluster.ofProcesses(ClusterShape.of(1, 3));

    @Test
    void adoptsItsTasksDuringAnUpdate() {
        LocalCluster cluster = SHARED.get();
        ObservedService bystander = new ObservedService(cluster, "bystander");
        cluster.control().create(Specs.service("bystander", "steered:1", REPLICAS));
        bystander.awaitRunning(1, REPLICAS);
        Map<String, SortedSet<Long>> untouched = bystander.processes();
        ObservedService service = new ObservedService(cluster, "updated");
        cluster.control().create(Specs.withDelay(Specs.service("updated", "steered:1", REPLICAS), 2000));
        service.awaitRunning(1, REPLICAS);
        List<Task> before = service.tasks();

        cluster.control().update("updated", current -> Specs.withImage(current, "steered:2"));
        Task first = service.awaitTask("the first new task runs",
                task -> task.getRevision() == 2 && ObservedService.runs(task));
        SortedSet<Long> firstProcesses = service.processes().get(first.getId());
        MureProcess agent = agentOf(first.getId());
        agent.kill();
        agent.start();

        service.awaitRollout(RolloutState.ROLLOUT_STATE_COMPLETED);
        service.assertEachSlotReplacedOnce(before, 2);
        assertThat(service.processes()).as("the task that was there when its agent was killed")
                .containsEntry(first.getId(), firstProcesses);
        assertThat(bystander.processes()).as("processes of a service that nobody touched").isEqualTo(untouched);
        ObservedService.assertMachineMatchesState(cluster);
        cluster.awaitComplete();
    }

    @Test
    void learnsHowATaskEndedWhileItWasAway() {
        LocalCluster cluster = SHARED.get();
        ObservedService service = new ObservedService(cluster, "ends");
        cluster.control().create(Specs.service("ends", "steered:1", REPLICAS));
        service.awaitRunning(1, REPLICAS);
        Task victim = service.tasks().getFirst();
        List<String> others = service.tasks().stream().map(Task::getId).filter(id -> !id.equals(victim.getId()))
                .toList();

        MureProcess agent = agentOf(victim.getId());
        agent.kill();
        cluster.steering().end(victim.getId(), 3);
        await("the task has ended").atMost(LocalCluster.SETTLE_LIMIT).pollInterval(Duration.ofMillis(20))
                .until(() -> !cluster.taskProcesses().containsKey(victim.getId()));
        agent.start();

        Task ended = service.awaitTask("the end is known", task -> task.getId().equals(victim.getId())
                && task.getStatus().getState() == TaskState.TASK_STATE_FAILED);
        assertThat(ended.getStatus().getContainer().getExitCode()).isEqualTo(3);
        assertThat(ended.getStatus().getError()).isEqualTo("task: non-zero exit (3)");
        service.awaitRunning(1, REPLICAS);
        assertThat(service.running(1)).extracting(Task::getId).containsAll(others);
        ObservedService.assertMachineMatchesState(cluster);
    }

    private static MureProcess agentOf(String taskId) {
        TaskView task = SHARED.get().control().tasks().stream()
                .filter(view -> view.getTask().getId().equals(taskId)).findFirst().orElseThrow();
        return SHARED.get().agent(task.getNodeName());
    }
}
