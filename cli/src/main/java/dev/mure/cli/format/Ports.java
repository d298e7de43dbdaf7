package dev.mure.cli.format;

import dev.mure.v1.PortConfig;
import java.util.List;

/** Published ports as lists show them. */
public final class Ports {
    private Ports() {}

    /** As Docker's tables have them: {@code *:8080->80/tcp}, with commas between. */
    public static String print(List<PortConfig> ports) {
        StringBuilder text = new StringBuilder();
        for (PortConfig port : ports) {
            text.append(text.isEmpty() ? "" : ",").append("*:").append(port.getPublishedPort()).append("->")
                    .append(port.getTargetPort()).append('/').append(Words.of(port.getProtocol()));
        }
        return text.toString();
    }
}
