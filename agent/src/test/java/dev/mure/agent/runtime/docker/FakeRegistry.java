package dev.mure.agent.runtime.docker;

import com.google.protobuf.ByteString;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/**
 * A registry that has only what a test puts into it. Of all else it says that there is none, or takes its time for repositories that
 * are called `slow`.
 */
final class FakeRegistry implements AutoCloseable {

    private static final int TLS_HANDSHAKE = 0x16;

    private static final Content NOTHING = new Content("application/json", ByteString.EMPTY);
    private static final Content UNKNOWN = new Content("application/json", ByteString.copyFromUtf8(
            "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}"));

    private final ServerSocket server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch slowAsked = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    /** By path below `/v2/`. */
    private final Map<String, Content> contents = new ConcurrentHashMap<>();

    private record Content(String type, ByteString bytes) {}

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

    /**
     * Gives the tag `1` of the repository to an image that is empty but for its label.
     *
     * @return its digest, by which it stays known
     */
    String push(String repository, String label) throws IOException {
        byte[] tar = new byte[1024]; // Without an entry.
        byte[] layer = gzip(tar);
        byte[] config = """
                {"architecture":"amd64","os":"linux","config":{"Cmd":["/none"],"Labels":{"label":"%s"}},
                 "rootfs":{"type":"layers","diff_ids":["%s"]}}"""
                .formatted(label, digest(tar)).getBytes(StandardCharsets.UTF_8);
        byte[] manifest =
                """
                {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",
                 "config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":%d,"digest":"%s"},
                 "layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":%d,"digest":"%s"}]}"""
                        .formatted(config.length, digest(config), layer.length, digest(layer))
                        .getBytes(StandardCharsets.UTF_8);
        contents.put(repository + "/blobs/" + digest(layer), blob(layer));
        contents.put(repository + "/blobs/" + digest(config), blob(config));
        Content described = new Content("application/vnd.docker.distribution.manifest.v2+json",
                ByteString.copyFrom(manifest));
        contents.put(repository + "/manifests/1", described);
        contents.put(repository + "/manifests/" + digest(manifest), described);
        return digest(manifest);
    }

    /** How often anything was asked for. */
    int asked() {
        return asked.get();
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
            asked.incrementAndGet();
            if (request.contains("/slow/")) {
                slowAsked.countDown();
                closed.await();
            }
            connection.getOutputStream().write(answer(request));
        } catch (IOException e) {
            // The engine gave up.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] answer(String request) throws IOException {
        String[] words = request.split(" ", -1);
        String path = words[1].substring("/v2/".length());
        boolean ping = path.isEmpty();
        Content content = contents.getOrDefault(path, ping ? NOTHING : UNKNOWN);
        byte[] bytes = content.bytes().toByteArray();
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        String head = "HTTP/1.1 " + (content.equals(UNKNOWN) ? "404 Not Found" : "200 OK") + "\r\nContent-Type: "
                + content.type()
                + "\r\nDocker-Content-Digest: " + digest(bytes) + "\r\nConnection: close\r\nContent-Length: "
                + bytes.length + "\r\n\r\n";
        answer.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        if (!words[0].equals("HEAD")) {
            answer.writeBytes(bytes);
        }
        return answer.toByteArray();
    }

    private static Content blob(byte[] bytes) {
        return new Content("application/octet-stream", ByteString.copyFrom(bytes));
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        return packed.toByteArray();
    }

    private static String digest(byte[] bytes) {
        try {
            return "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
