package dev.mure.cli.command.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.cli.process.ExitCode;
import dev.mure.cli.testing.ManagerTest;
import dev.mure.cli.testing.Run;
import dev.mure.cli.testing.Samples;
import dev.mure.v1.GetServiceResponse;
import dev.mure.v1.PlanUpdateRequest;
import dev.mure.v1.PlanUpdateResponse;
import dev.mure.v1.PlannedSlot;
import dev.mure.v1.PlannedWave;
import dev.mure.v1.UpdateConfig;
import dev.mure.v1.UpdateServiceResponse.Effect;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServicePlanTest extends ManagerTest {
    private static final PlanUpdateResponse PLAN = PlanUpdateResponse.newBuilder().setEffect(Effect.NEW_REVISION)
            .addDifferences("task.container.image: redis:3.0.6 -> redis:3.0.7")
            .addDifferences("update.delay: 2s -> 10s")
            .addWaves(PlannedWave.newBuilder().setPause("canary")
                    .addSlots(slot(1, "h1", "h1", UpdateConfig.Order.STOP_FIRST)))
            .addWaves(PlannedWave.newBuilder().addSlots(slot(2, "", "h2", UpdateConfig.Order.START_FIRST))
                    .addSlots(slot(3, "h3", "", UpdateConfig.Order.STOP_FIRST)))
            .setPeakExtraTasks(1).setSlotsLeftOut(7).setEstimate(Samples.seconds(75)).build();

    private static PlannedSlot slot(int slot, String from, String to, UpdateConfig.Order order) {
        return PlannedSlot.newBuilder().setSlot(slot).setFromNodeName(from).setToNodeName(to).setOrder(order).build();
    }

    @BeforeEach
    void answer() {
        manager.answer("GetService",
                GetServiceResponse.newBuilder().setService(Samples.redis()).setIndex(99).build());
    }

    @Test
    void printsWhatAnUpdateWouldDo() throws IOException {
        manager.answer("PlanUpdate", PLAN);

        assertThat(mure("service", "update", "--plan", "--if-revision", "1", "--image", "redis:3.0.7", "redis"))
                .isEqualTo(new Run(ExitCode.OK, """
                        A new revision would be rolled out.

                        Differences:
                          task.container.image: redis:3.0.6 -> redis:3.0.7
                          update.delay: 2s -> 10s

                        Waves:
                        WAVE      SLOT      FROM      TO        ORDER
                        1         redis.1   h1        h1        stop-first
                        1         pause (canary)
                        2         redis.2   -         h2        start-first
                        2         redis.3   h3        -         stop-first
                        and 7 more slots

                        Extra tasks at the peak: 1
                        Estimated time: about 1m15s
                        """, ""));
        PlanUpdateRequest request = PlanUpdateRequest.parseFrom(manager.bodies("PlanUpdate").getFirst());
        assertThat(request.getUpdate().getSpec().getTask().getContainer().getImage()).isEqualTo("redis:3.0.7");
        assertThat(request.getUpdate().getSpecVersion()).isEqualTo(1217);
        assertThat(request.getUpdate().getIfRevision()).isEqualTo(1);
        assertThat(manager.bodies("UpdateService")).isEmpty();
    }

    @Test
    void failsWhenSomethingWouldBlock() {
        manager.answer("PlanUpdate", PLAN.toBuilder().clearWaves().clearDifferences().setEffect(Effect.RESUMED)
                .addBlockers("redis.2: no suitable node (insufficient resources on 3 nodes)").build());

        assertThat(mure("service", "update", "--plan", "redis")).isEqualTo(new Run(ExitCode.FAILURE, """
                Nothing would change; the paused rollout would be resumed.

                Blockers:
                  redis.2: no suitable node (insufficient resources on 3 nodes)
                """, ""));
    }

    @Test
    void saysThatNothingWouldChange() {
        manager.answer("PlanUpdate", PlanUpdateResponse.newBuilder().setEffect(Effect.UNCHANGED).build());

        assertThat(mure("service", "update", "--plan", "redis"))
                .isEqualTo(new Run(ExitCode.OK, "Nothing would change.\n", ""));
    }
}
