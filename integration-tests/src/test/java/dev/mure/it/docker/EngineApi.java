package dev.mure.it.docker;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import dev.mure.it.http.HttpAnswer;
import dev.mure.it.http.HttpBody;
import dev.mure.it.http.SocketHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The few calls of the Docker Engine API that tests and benchmarks make themselves, past Mure. */
public final class EngineApi {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final SocketHttp http;

    public EngineApi(Path socket) {
        this.http = SocketHttp.unix(socket);
    }

    /** Whether an engine answers. */
    public boolean answers() {
        try {
            return http.exchange("GET", "/_ping", HttpBody.NONE, LIMIT).status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Version of the engine. */
    public String version() {
        return JsonParser.parseString(call("GET", "/version", HttpBody.NONE, 200)).getAsJsonObject()
                .get("Version").getAsString();
    }

    /** Whether there is an image of that name. */
    public boolean hasImage(String reference) {
        try {
            return http.exchange("GET", "/images/" + reference + "/json", HttpBody.NONE, LIMIT).status() == 200;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes an image of one layer from a tar archive, as {@code docker import} does. */
    public void importImage(String repository, String tag, ByteString tar, List<String> command) {
        String change = URLEncoder.encode("CMD " + new Gson().toJson(command), StandardCharsets.UTF_8);
        call("POST", "/images/create?fromSrc=-&repo=" + repository + "&tag=" + tag + "&changes=" + change,
                new HttpBody("application/x-tar", tar), 200);
    }

    /** All containers of which a label is set, running or not. */
    public List<EngineContainer> containers(String label) {
        String filters = URLEncoder.encode(new Gson().toJson(Map.of("label", List.of(label))), StandardCharsets.UTF_8);
        JsonArray array = JsonParser
                .parseString(call("GET", "/containers/json?all=1&filters=" + filters, HttpBody.NONE, 200))
                .getAsJsonArray();
        List<EngineContainer> containers = new ArrayList<>();
        for (JsonElement element : array) {
            JsonObject container = element.getAsJsonObject();
            Map<String, String> labels = new TreeMap<>();
            container.getAsJsonObject("Labels").entrySet()
                    .forEach(entry -> labels.put(entry.getKey(), entry.getValue().getAsString()));
            containers.add(new EngineContainer(container.get("Id").getAsString(), container.get("Image").getAsString(),
                    container.get("State").getAsString(), Map.copyOf(labels)));
        }
        return containers;
    }

    /** What became of containers since a moment until now, in its order. */
    public List<ContainerEvent> events(Instant since) {
        String filters = URLEncoder.encode(new Gson().toJson(Map.of("type", List.of("container"))),
                StandardCharsets.UTF_8);
        Instant now = Instant.now();
        String answer =
                call("GET", "/events?since=" + unixTime(since) + "&until=" + unixTime(now) + "&filters=" + filters,
                        HttpBody.NONE, 200);
        return answer.lines().map(line -> JsonParser.parseString(line).getAsJsonObject())
                .map(event -> new ContainerEvent(event.get("id").getAsString(), event.get("Action").getAsString(),
                        event.get("timeNano").getAsLong()))
                .toList();
    }

    private static String unixTime(Instant instant) {
        return "%d.%09d".formatted(instant.getEpochSecond(), instant.getNano());
    }

    /** Makes a container and returns its id. */
    public String create(String image) {
        String answer =
                call("POST", "/containers/create", HttpBody.json(new Gson().toJson(Map.of("Image", image))), 201);
        return JsonParser.parseString(answer).getAsJsonObject().get("Id").getAsString();
    }

    /** Starts a container. */
    public void start(String id) {
        call("POST", "/containers/" + id + "/start", HttpBody.NONE, 204);
    }

    /** Stops a container; killed after ten seconds. */
    public void stop(String id) {
        call("POST", "/containers/" + id + "/stop?t=10", HttpBody.NONE, 204);
    }

    /** Removes a container, whatever it does. */
    public void remove(String id) {
        call("DELETE", "/containers/" + id + "?force=1", HttpBody.NONE, 204);
    }

    private String call(String method, String path, HttpBody body, int expected) {
        try {
            HttpAnswer answer = http.exchange(method, path, body, LIMIT);
            if (answer.status() != expected) {
                throw new IllegalStateException(method + " " + path + ": " + answer.status() + " " + answer.text());
            }
            return answer.text();
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        }
    }
}
