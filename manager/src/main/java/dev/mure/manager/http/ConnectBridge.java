package dev.mure.manager.http;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Serves gRPC services over HTTP/1.1 in the manner of the Connect protocol: {@code POST /SERVICE/METHOD}, messages as protobuf or
 * JSON. It calls the same definitions, interceptors included, as the gRPC server does, through an in-process transport, whose
 * deadlines, cancellation and flow control it relies on. Unary and server-streaming methods; no compression.
 */
public final class ConnectBridge extends Handler.Abstract implements AutoCloseable {

    /** For unary calls of a client that sets no deadline. */
    private static final Duration LONGEST_UNARY = Duration.ofSeconds(30);

    private static final int MAX_TIMEOUT_DIGITS = 10;
    private static final byte[] EMPTY_END = "{}".getBytes(StandardCharsets.UTF_8);

    private final Map<String, MethodDescriptor<Message, Message>> methods = new HashMap<>();
    private final List<String> servicePaths;
    private final ExecutorService executor =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("connect-", 0).factory());
    private final Server server;
    private final ManagedChannel channel;

    /**
     * Bridges these services.
     *
     * @throws IOException never, as nothing is bound
     */
    public ConnectBridge(List<ServerServiceDefinition> services) throws IOException {
        servicePaths = services.stream().map(service -> '/' + service.getServiceDescriptor().getName() + '/').toList();
        for (ServerServiceDefinition service : services) {
            for (MethodDescriptor<?, ?> method : service.getServiceDescriptor().getMethods()) {
                if (method.getType() == MethodType.UNARY || method.getType() == MethodType.SERVER_STREAMING) {
                    @SuppressWarnings("unchecked") // Services are generated from protobuf.
                    MethodDescriptor<Message, Message> messages = (MethodDescriptor<Message, Message>) method;
                    methods.put('/' + method.getFullMethodName(), messages);
                }
            }
        }
        String name = InProcessServerBuilder.generateName();
        InProcessServerBuilder builder = InProcessServerBuilder.forName(name).executor(executor);
        services.forEach(builder::addService);
        server = builder.build().start();
        channel = InProcessChannelBuilder.forName(name).executor(executor).build();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = Request.getPathInContext(request);
        if (servicePaths.stream().noneMatch(path::startsWith)) {
            return false;
        }
        MethodDescriptor<Message, Message> method = methods.get(path);
        if (method == null) {
            JsonAnswer.error(response, callback, 404,
                    Status.UNIMPLEMENTED.withDescription("there is no method " + path));
        } else if (!request.getMethod().equals("POST")) {
            response.getHeaders().put(HttpHeader.ALLOW, "POST");
            JsonAnswer.error(response, callback, 405, Status.UNIMPLEMENTED.withDescription(path + " takes POST only"));
        } else if (method.getType() == MethodType.UNARY) {
            unary(method, request, response, callback);
        } else {
            streaming(method, request, response, callback);
        }
        return true;
    }

    private void unary(MethodDescriptor<Message, Message> method, Request request, Response response,
            Callback callback) {
        Optional<Codec> codec = Codec.ofContentType(contentType(request), "application/");
        if (codec.isEmpty()) {
            unsupported(response, callback, "application/proto or application/json");
            return;
        }
        byte[] body;
        try {
            requireIdentity(request, "Content-Encoding");
            CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(
                    timeout(request).orElse(LONGEST_UNARY).toNanos(), TimeUnit.NANOSECONDS);
            Message message = parse(codec.get(), RequestBody.read(request), method);
            body = codec.get().write(ClientCalls.blockingUnaryCall(channel, method, options, message));
        } catch (StatusException e) {
            JsonAnswer.error(response, callback, e.getStatus());
            return;
        } catch (StatusRuntimeException e) {
            JsonAnswer.error(response, callback, ConnectError.of(e.getStatus(), e.getTrailers()));
            return;
        } catch (IOException e) {
            JsonAnswer.error(response, callback,
                    Status.INTERNAL.withDescription("the answer can't be written: " + e.getMessage()));
            return;
        }
        JsonAnswer.send(response, callback, 200, "application/" + codec.get().id(), body);
    }

    private void streaming(MethodDescriptor<Message, Message> method, Request request, Response response,
            Callback callback) {
        Optional<Codec> codec = Codec.ofContentType(contentType(request), "application/connect+");
        if (codec.isEmpty()) {
            unsupported(response, callback, "application/connect+proto or application/connect+json");
            return;
        }
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/connect+" + codec.get().id());
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        // The rest of the connection is ours, so that its end can be noticed while nothing is sent.
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        ByteBuffer end;
        Context.CancellableContext context = Context.current().withCancellation();
        try {
            requireIdentity(request, "Connect-Content-Encoding");
            CallOptions options = timeout(request)
                    .map(limit -> CallOptions.DEFAULT.withDeadlineAfter(limit.toNanos(), TimeUnit.NANOSECONDS))
                    .orElse(CallOptions.DEFAULT);
            Message message = parse(codec.get(), RequestBody.onlyEnvelope(RequestBody.read(request)), method);
            ClientGone.watch(request, () -> context.cancel(new IOException("the client has gone")));
            Iterator<Message> messages =
                    context.call(() -> ClientCalls.blockingServerStreamingCall(channel, method, options, message));
            StreamBody body = new StreamBody(response);
            while (messages.hasNext()) {
                body.write(Envelope.of(Envelope.MESSAGE, codec.get().write(messages.next())));
            }
            end = Envelope.of(Envelope.END_OF_STREAM, EMPTY_END);
        } catch (StatusException e) {
            end = failure(e.getStatus());
        } catch (StatusRuntimeException e) {
            end = Envelope.of(Envelope.END_OF_STREAM, ConnectError.of(e.getStatus(), e.getTrailers()).endOfStream());
        } catch (IOException e) {
            // Nobody reads any more.
            callback.failed(e);
            return;
        } catch (Exception e) {
            end = failure(Status.INTERNAL.withDescription("the stream failed"));
        } finally {
            context.cancel(null);
        }
        response.write(true, end, callback);
    }

    private static ByteBuffer failure(Status status) {
        return Envelope.of(Envelope.END_OF_STREAM, ConnectError.of(status).endOfStream());
    }

    private static Message parse(Codec codec, byte[] bytes, MethodDescriptor<Message, Message> method)
            throws StatusException {
        try {
            PrototypeMarshaller<Message> marshaller = (PrototypeMarshaller<Message>) method.getRequestMarshaller();
            return codec.parse(bytes, Objects.requireNonNull(marshaller.getMessagePrototype()));
        } catch (IOException | IllegalStateException e) {
            // Gson's own complaints reach here as both.
            throw Status.INVALID_ARGUMENT
                    .withDescription("the request body is not a valid " + codec.id() + " message: " + firstLine(e))
                    .asException();
        }
    }

    private static String firstLine(Exception e) {
        String text = Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
        return text.lines().findFirst().orElse("").strip();
    }

    private static String contentType(Request request) {
        return Objects.requireNonNullElse(request.getHeaders().get(HttpHeader.CONTENT_TYPE), "");
    }

    private static void unsupported(Response response, Callback callback, String wanted) {
        response.getHeaders().put("Accept-Post", wanted.replace(" or ", ", "));
        JsonAnswer.error(response, callback, 415,
                Status.INVALID_ARGUMENT.withDescription("the content type must be " + wanted));
    }

    private static void requireIdentity(Request request, String header) throws StatusException {
        String encoding = request.getHeaders().get(header);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw Status.UNIMPLEMENTED.withDescription(header + " " + encoding + " is not supported: use identity")
                    .asException();
        }
    }

    private static Optional<Duration> timeout(Request request) throws StatusException {
        String millis = request.getHeaders().get("Connect-Timeout-Ms");
        if (millis == null) {
            return Optional.empty();
        }
        if (millis.isEmpty() || millis.length() > MAX_TIMEOUT_DIGITS
                || !millis.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("Connect-Timeout-Ms must be a number of milliseconds of at most 10 digits")
                    .asException();
        }
        return Optional.of(Duration.ofMillis(Long.parseLong(millis)));
    }

    /** Ends the calls under way. */
    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
        executor.shutdown();
    }
}
