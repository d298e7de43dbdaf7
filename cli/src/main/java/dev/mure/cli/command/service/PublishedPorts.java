package dev.mure.cli.command.service;

import dev.mure.cli.command.Flags;
import dev.mure.cli.process.WrongUsage;
import dev.mure.v1.PortConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Published ports as flags name them, with their changes. */
final class PublishedPorts {
    private static final int MAX_PORT = 65_535;
    private static final String EXPECTED =
            "mode=host,target=80,published=8080,protocol=tcp (published and protocol may be left out)";

    private PublishedPorts() {}

    /**
     * Ports after a change, sorted when something changed. What is removed goes first; a port that is published already in the
     * same way is not added again.
     *
     * @param removed target ports, {@code 80} or {@code 80/udp}
     * @param added as {@code --publish} takes them
     * @param removeFlag for errors
     * @param addFlag for errors
     */
    static List<PortConfig> change(List<PortConfig> ports, List<String> removed, List<String> added, String removeFlag,
            String addFlag) {
        if (removed.isEmpty() && added.isEmpty()) {
            return ports;
        }
        List<PortConfig> result = new ArrayList<>(ports);
        for (String target : removed) {
            PortConfig unwanted = target(removeFlag, target);
            for (int i = result.size() - 1; i >= 0; i--) {
                if (result.get(i).getTargetPort() == unwanted.getTargetPort()
                        && result.get(i).getProtocol() == unwanted.getProtocol()) {
                    result.remove(i);
                }
            }
        }
        for (String text : added) {
            PortConfig port = parse(addFlag, text);
            if (!result.contains(port)) {
                requireFree(addFlag, text, port, result);
                result.add(port);
            }
        }
        result.sort(BY_PROTOCOL_AND_PORT);
        return result;
    }

    /** Reads Docker's long form. Its short one means publishing on every node, which is refused. */
    static PortConfig parse(String flag, String text) {
        PortConfig.Builder port = PortConfig.newBuilder().setProtocol(PortConfig.Protocol.TCP);
        if (text.indexOf('=') < 0) {
            throw notOnEveryNode(flag, text);
        }
        boolean host = false;
        for (String field : fields(text)) {
            int equals = field.indexOf('=');
            String key = equals < 0 ? field : field.substring(0, equals);
            String value = equals < 0 ? "" : field.substring(equals + 1);
            switch (key) {
                case "mode" -> {
                    if (value.equals("ingress")) {
                        throw notOnEveryNode(flag, text);
                    }
                    if (!value.equals("host")) {
                        throw Flags.invalid(flag, text, EXPECTED);
                    }
                    host = true;
                    port.setMode(PortConfig.PublishMode.HOST);
                }
                case "target" -> port.setTargetPort(port(flag, text, value));
                case "published" -> port.setPublishedPort(port(flag, text, value));
                case "protocol" -> port.setProtocol(protocol(flag, text, value));
                default -> throw Flags.invalid(flag, text, EXPECTED);
            }
        }
        if (port.getTargetPort() == 0) {
            throw Flags.invalid(flag, text, EXPECTED);
        }
        if (!host) {
            throw notOnEveryNode(flag, text);
        }
        return port.build();
    }

    private static WrongUsage notOnEveryNode(String flag, String text) {
        return new WrongUsage("invalid value \"" + text + "\" for " + flag
                + ": ports can't be published on every node (ingress); publish on the tasks' own nodes with "
                + "mode=host,target=80,published=8080");
    }

    private static void requireFree(String flag, String text, PortConfig port, List<PortConfig> others) {
        for (PortConfig other : others) {
            if (port.getPublishedPort() != 0 && other.getPublishedPort() == port.getPublishedPort()
                    && other.getProtocol() == port.getProtocol()) {
                throw Flags.invalid(flag, text, "another published port: " + port.getPublishedPort()
                        + " leads to port " + other.getTargetPort() + " already");
            }
        }
    }

    private static PortConfig target(String flag, String text) {
        int slash = text.indexOf('/');
        String expected = "a port of the container, 80 or 80/udp";
        PortConfig.Builder port = PortConfig.newBuilder().setProtocol(PortConfig.Protocol.TCP);
        if (slash >= 0) {
            port.setProtocol(switch (text.substring(slash + 1)) {
                case "tcp" -> PortConfig.Protocol.TCP;
                case "udp" -> PortConfig.Protocol.UDP;
                default -> throw Flags.invalid(flag, text, expected);
            });
        }
        try {
            return port.setTargetPort(Integer.parseInt(slash < 0 ? text : text.substring(0, slash))).build();
        } catch (NumberFormatException e) {
            throw Flags.invalid(flag, text, expected);
        }
    }

    private static int port(String flag, String text, String value) {
        try {
            int port = Integer.parseInt(value);
            if (port >= 1 && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw Flags.invalid(flag, text, "port numbers from 1 to " + MAX_PORT);
        }
        throw Flags.invalid(flag, text, "port numbers from 1 to " + MAX_PORT);
    }

    private static PortConfig.Protocol protocol(String flag, String text, String value) {
        return switch (value) {
            case "tcp" -> PortConfig.Protocol.TCP;
            case "udp" -> PortConfig.Protocol.UDP;
            default -> throw Flags.invalid(flag, text, "protocol=tcp or protocol=udp");
        };
    }

    private static List<String> fields(String text) {
        List<String> fields = new ArrayList<>();
        int from = 0;
        for (int comma = text.indexOf(','); comma >= 0; comma = text.indexOf(',', from)) {
            fields.add(text.substring(from, comma).strip());
            from = comma + 1;
        }
        fields.add(text.substring(from).strip());
        return fields;
    }

    private static final Comparator<PortConfig> BY_PROTOCOL_AND_PORT = new Comparator<>() {
        @Override
        public int compare(PortConfig left, PortConfig right) {
            int byProtocol = left.getProtocol().compareTo(right.getProtocol());
            int byPublished = Integer.compare(left.getPublishedPort(), right.getPublishedPort());
            int byTarget = Integer.compare(left.getTargetPort(), right.getTargetPort());
            return byProtocol != 0 ? byProtocol : byPublished != 0 ? byPublished : byTarget;
        }
    };
}
