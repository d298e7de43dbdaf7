package dev.mure.it;

import com.google.protobuf.Duration;
import dev.mure.v1.ReplicatedMode;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.Share;
import dev.mure.v1.UpdateConfig;
import java.util.concurrent.TimeUnit;

/** Services of the fault tests. */
public final class Specs {

    private Specs() {}

    /** With delay 0 and a monitor time of one second, so that a test is short where it is not about them. */
    public static ServiceSpec service(String name, String image, int replicas) {
        ServiceSpec.Builder spec = ServiceSpec.newBuilder().setName(name);
        spec.getTaskBuilder().getContainerBuilder().setImage(image);
        spec.getTaskBuilder().getRestartBuilder().setDelay(millis(0));
        spec.setReplicated(ReplicatedMode.newBuilder().setReplicas(replicas));
        spec.setUpdate(UpdateConfig.newBuilder().setParallelism(Share.newBuilder().setCount(1)).setDelay(millis(0))
                .setMonitor(millis(1000)));
        return spec.build();
    }

    public static ServiceSpec withImage(ServiceSpec spec, String image) {
        ServiceSpec.Builder changed = spec.toBuilder();
        changed.getTaskBuilder().getContainerBuilder().setImage(image);
        return changed.build();
    }

    public static ServiceSpec withDelay(ServiceSpec spec, long delayMillis) {
        ServiceSpec.Builder changed = spec.toBuilder();
        changed.getUpdateBuilder().setDelay(millis(delayMillis));
        return changed.build();
    }

    public static ServiceSpec withMonitor(ServiceSpec spec, long monitorMillis) {
        ServiceSpec.Builder changed = spec.toBuilder();
        changed.getUpdateBuilder().setMonitor(millis(monitorMillis));
        return changed.build();
    }

    private static Duration millis(long millis) {
        return Duration.newBuilder().setSeconds(millis / 1000)
                .setNanos((int) TimeUnit.MILLISECONDS.toNanos(millis % 1000)).build();
    }
}
