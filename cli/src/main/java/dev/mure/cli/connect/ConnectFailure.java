package dev.mure.cli.connect;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;

/** Nobody answers at an address. Nothing was sent. */
final class ConnectFailure extends IOException {
    ConnectFailure(String message) {
        super(message);
    }

    /** In a user's words. */
    String reason() {
        String message = getMessage();
        return message == null ? "no answer" : message;
    }

    static ConnectFailure of(Endpoint endpoint, Exception cause) {
        String message = cause.getMessage() == null ? "" : cause.getMessage();
        if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
            return new ConnectFailure("unknown host");
        }
        if (message.equals("No such file or directory")) {
            return new ConnectFailure("no such socket");
        }
        if (cause instanceof ConnectException && endpoint instanceof Endpoint.UnixSocket
                && message.equals("Connection refused")) {
            return new ConnectFailure("nobody listens on the socket");
        }
        return new ConnectFailure(message.isEmpty() ? "no answer" : message.toLowerCase(Locale.ROOT));
    }
}
