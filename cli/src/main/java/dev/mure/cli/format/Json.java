package dev.mure.cli.format;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes trees of maps, lists, strings, numbers, booleans and null. */
public final class Json {
    private Json() {}

    /** On one line. */
    public static String compact(@Nullable Object value) {
        return print(value, "");
    }

    /** Indented by four, as {@code inspect} shows it. */
    public static String indented(@Nullable Object value) {
        return print(value, "    ");
    }

    private static String print(@Nullable Object value, String indent) {
        StringWriter text = new StringWriter();
        try (JsonWriter writer = new JsonWriter(text)) {
            writer.setIndent(indent);
            write(writer, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(JsonWriter writer, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> writer.nullValue();
            case String text -> writer.value(text);
            case Number number -> writer.value(number);
            case Boolean truth -> writer.value(truth.booleanValue());
            case List<?> list -> {
                writer.beginArray();
                for (Object element : list) {
                    write(writer, element);
                }
                writer.endArray();
            }
            case Map<?, ?> map -> {
                writer.beginObject();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    writer.name(String.valueOf(entry.getKey()));
                    write(writer, entry.getValue());
                }
                writer.endObject();
            }
            default -> throw new IllegalArgumentException(
                    "value: " + value.getClass() + " (expected: a part of a JSON tree)");
        }
    }
}
