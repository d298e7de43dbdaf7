package dev.mure.cli.connect;

import dev.mure.cli.process.WrongUsage;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Where a manager may answer. As a text it is what a user writes. */
public sealed interface Endpoint {

    /** A socket file on this machine. */
    record UnixSocket(Path path) implements Endpoint {
        @Override
        public SocketAddress address() {
            return UnixDomainSocketAddress.of(path);
        }

        @Override
        public String hostHeader() {
            return "localhost";
        }

        @Override
        public String toString() {
            return "unix://" + path;
        }
    }

    /** Plain HTTP. */
    record Tcp(String host, int port) implements Endpoint {
        @Override
        public SocketAddress address() {
            return new InetSocketAddress(host, port);
        }

        @Override
        public String hostHeader() {
            return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
        }

        @Override
        public String toString() {
            return "http://" + hostHeader();
        }
    }

    /** What to connect to. Looks a host name up. */
    SocketAddress address();

    /** The value of the HTTP header {@code Host}. */
    String hostHeader();

    /**
     * Reads {@code unix://PATH}, {@code http://HOST:PORT} or, as Docker writes it, {@code tcp://HOST:PORT}.
     *
     * @param source where the text stood, for the error: {@code --host} or {@code MURE_HOST}
     */
    static Endpoint parse(String text, String source) {
        if (text.startsWith("unix://")) {
            try {
                if (text.length() > "unix://".length()) {
                    return new UnixSocket(Path.of(text.substring("unix://".length())));
                }
            } catch (InvalidPathException e) {
                throw invalid(text, source);
            }
        } else if (text.startsWith("http://")) {
            return tcp(text, text.substring("http://".length()), source);
        } else if (text.startsWith("tcp://")) {
            return tcp(text, text.substring("tcp://".length()), source);
        }
        throw invalid(text, source);
    }

    private static Tcp tcp(String text, String hostAndPort, String source) {
        String rest = hostAndPort.endsWith("/") ? hostAndPort.substring(0, hostAndPort.length() - 1) : hostAndPort;
        int colon = rest.lastIndexOf(':');
        if (colon <= 0) {
            throw invalid(text, source);
        }
        String host = rest.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0 || host.indexOf('/') >= 0) {
            throw invalid(text, source);
        }
        try {
            int port = Integer.parseInt(rest.substring(colon + 1));
            if (port > 0 && port < 65536) {
                return new Tcp(host, port);
            }
        } catch (NumberFormatException e) {
            throw invalid(text, source);
        }
        throw invalid(text, source);
    }

    private static WrongUsage invalid(String text, String source) {
        return new WrongUsage(
                "invalid address \"" + text + "\" in " + source + ": expected unix://PATH or http://HOST:PORT");
    }
}
