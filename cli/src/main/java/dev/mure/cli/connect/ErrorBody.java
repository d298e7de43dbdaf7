package dev.mure.cli.connect;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import org.jspecify.annotations.Nullable;

/** The JSON of an error in the Connect protocol. Read token by token: binding to a class would cost start-up time. */
final class ErrorBody {
    /** The message's name, and not its descriptor, whose class would cost start-up time. */
    private static final String QUORUM_LOST = "mure.v1.QuorumLost";

    private @Nullable String code;
    private String message = "";
    private boolean quorumLost;

    private ErrorBody() {}

    /** The error of a unary answer, {@code {"code":…,"message":…}}; null if the text is not that. */
    static @Nullable ControlException ofUnary(String json) {
        return read(json, false);
    }

    /** The error in the last message of a stream, {@code {"error":{…}}}; null if the stream ended well. */
    static @Nullable ControlException ofStreamEnd(String json) {
        return json.equals("{}") ? null : read(json, true);
    }

    private static @Nullable ControlException read(String json, boolean wrapped) {
        ErrorBody body = new ErrorBody();
        try (JsonReader reader = new JsonReader(new StringReader(json))) {
            if (wrapped) {
                reader.beginObject();
                while (reader.hasNext()) {
                    if (reader.nextName().equals("error")) {
                        body.readError(reader);
                    } else {
                        reader.skipValue();
                    }
                }
            } else {
                body.readError(reader);
            }
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            return null;
        }
        return body.code == null ? null : new ControlException(Code.of(body.code), body.message, body.quorumLost);
    }

    private void readError(JsonReader reader) throws IOException {
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            boolean text = reader.peek() == JsonToken.STRING;
            if (text && name.equals("code")) {
                code = reader.nextString();
            } else if (text && name.equals("message")) {
                message = reader.nextString();
            } else if (name.equals("details") && reader.peek() == JsonToken.BEGIN_ARRAY) {
                readDetails(reader);
            } else {
                reader.skipValue();
            }
        }
        reader.endObject();
    }

    private void readDetails(JsonReader reader) throws IOException {
        reader.beginArray();
        while (reader.hasNext()) {
            reader.beginObject();
            while (reader.hasNext()) {
                if (reader.nextName().equals("type") && reader.peek() == JsonToken.STRING) {
                    quorumLost |= reader.nextString().equals(QUORUM_LOST);
                } else {
                    reader.skipValue();
                }
            }
            reader.endObject();
        }
        reader.endArray();
    }
}
