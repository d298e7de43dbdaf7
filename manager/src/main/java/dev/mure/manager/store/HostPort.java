package dev.mure.manager.store;

import dev.mure.v1.PortConfig;
import java.util.Comparator;

/**
 * A port of a node that a task wants for itself.
 *
 * @param protocol TCP or UDP
 * @param number 1 to 65535
 */
public record HostPort(PortConfig.Protocol protocol, int number) implements Comparable<HostPort> {

    private static final Comparator<HostPort> ORDER =
            Comparator.comparing(HostPort::protocol).thenComparingInt(HostPort::number);

    static HostPort of(PortConfig port) {
        boolean isUdp = port.getProtocol() == PortConfig.Protocol.UDP;
        return new HostPort(isUdp ? PortConfig.Protocol.UDP : PortConfig.Protocol.TCP, port.getPublishedPort());
    }

    @Override
    public int compareTo(HostPort other) {
        return ORDER.compare(this, other);
    }
}
