package dev.mure.agent.runtime.docker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/** A registry that has nothing: it says so, or takes its time for repositories that are called `slow`. */
final class FakeRegistry implements AutoCloseable {

    private static final int TLS_HANDSHAKE = 0x16;

    private final ServerSocket server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch slowAsked = new CountDownLatch(1);

    FakeRegistry() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("fake-registry").start(this::accept);
    }

    /** An image of this registry. Engines take `localhost` without TLS, after they have tried with it. */
    String image(String repository) {
        return "localhost:" + server.getLocalPort() + "/" + repository + ":1";
    }

    /** Waits until a slow repository was asked for. */
    void awaitSlowAsked() throws InterruptedException {
        slowAsked.await();
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                Thread.ofVirtual().name("fake-registry-connection").start(() -> serve(connection));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            BufferedReader lines = new BufferedReader(
                    new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
            lines.mark(1);
            if (lines.read() == TLS_HANDSHAKE) {
                return;
            }
            lines.reset();
            String request = lines.readLine();
            if (request == null) {
                return;
            }
            boolean ping = request.contains(" /v2/ ");
            if (request.contains("/slow/")) {
                slowAsked.countDown();
                closed.await();
            }
            String body = ping || request.startsWith("HEAD")
                    ? ""
                    : "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}";
            String answer = "HTTP/1.1 " + (ping ? "200 OK" : "404 Not Found")
                    + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + body.length()
                    + "\r\n\r\n"
                    + body;
            connection.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The engine gave up.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
