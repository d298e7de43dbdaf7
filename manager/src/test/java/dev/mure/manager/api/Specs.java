package dev.mure.manager.api;

import dev.mure.v1.ContainerSpec;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.TaskSpec;

/** Specs to begin a test with. */
public final class Specs {

    private Specs() {}

    public static ServiceSpec redis(String name, String image) {
        return ServiceSpec.newBuilder()
                .setName(name)
                .setTask(TaskSpec.newBuilder().setContainer(ContainerSpec.newBuilder().setImage(image)))
                .build();
    }
}
