package dev.mure.manager.http;

import io.grpc.Status;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages of others away from the TCP door: a browser on this machine may be made to call loopback (DNS rebinding, forms),
 * but it can't be made to lie about the host it was told and the page it shows. On the Unix socket nothing is checked.
 */
final class OriginCheck extends Handler.Wrapper {

    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|.+\\.localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1\\]");

    private final String boundHost;

    /**
     * Wraps the door's handlers.
     *
     * @param boundHost the host name or address that the TCP door was bound to; empty without one
     */
    OriginCheck(String boundHost, Handler handler) {
        super(handler);
        this.boundHost = boundHost.toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        SocketAddress local = request.getConnectionMetaData().getLocalSocketAddress();
        if (local instanceof InetSocketAddress address) {
            Optional<String> fault = fault(address, request.getHeaders().get(HttpHeader.HOST),
                    request.getHeaders().get(HttpHeader.ORIGIN));
            if (fault.isPresent()) {
                JsonAnswer.error(response, callback, Status.PERMISSION_DENIED.withDescription(fault.get()));
                return true;
            }
        }
        return super.handle(request, response, callback);
    }

    private Optional<String> fault(InetSocketAddress local, @Nullable String host,
            @Nullable String origin) {
        if (host == null || !allowed(local, hostOf(host))) {
            return Optional.of("the Host header must name this manager's own address: use localhost");
        }
        if (origin != null && !authority(origin).equals(host.toLowerCase(Locale.ROOT))) {
            return Optional.of("requests of other web pages (Origin header) are not answered");
        }
        return Optional.empty();
    }

    private boolean allowed(InetSocketAddress local, String host) {
        return LOOPBACK.matcher(host).matches()
                || (!boundHost.isEmpty() && (host.equals(boundHost) || host.equals('[' + boundHost + ']')))
                || host.equals(local.getAddress().getHostAddress());
    }

    /** Without the port. */
    private static String hostOf(String header) {
        String lower = header.strip().toLowerCase(Locale.ROOT);
        int colon = lower.lastIndexOf(':');
        return colon > lower.lastIndexOf(']') ? lower.substring(0, colon) : lower;
    }

    private static String authority(String origin) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            return authority == null ? "" : authority.toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
