package dev.mure.agent.runtime.process;

import dev.mure.v1.PortConfig;

/** A port that the task's own program listens on: nothing stands between it and the node. */
record PublishedPort(boolean udp, int target, int published) {

    static PublishedPort of(PortConfig port) {
        return new PublishedPort(port.getProtocol() == PortConfig.Protocol.UDP, port.getTargetPort(),
                port.getPublishedPort());
    }

    PortConfig config() {
        return PortConfig.newBuilder()
                .setProtocol(udp ? PortConfig.Protocol.UDP : PortConfig.Protocol.TCP)
                .setTargetPort(target)
                .setPublishedPort(published)
                .setMode(PortConfig.PublishMode.HOST)
                .build();
    }
}
