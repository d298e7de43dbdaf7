package dev.mure.manager.api;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import dev.mure.v1.Label;
import dev.mure.v1.PortConfig;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What differs between two specs, one line per field: {@code task.container.image: redis:3.0.6 -> redis:3.0.7}. */
final class SpecDifference {

    private static final String NOTHING = "(none)";
    private static final int MAX_TEXT = 200;

    private final List<String> lines = new ArrayList<>();

    private SpecDifference() {}

    static List<String> between(ServiceSpec before, ServiceSpec after) {
        SpecDifference difference = new SpecDifference();
        difference.compare("", before, after);
        return List.copyOf(difference.lines);
    }

    private void compare(String path, Message before, Message after) {
        for (FieldDescriptor field : before.getDescriptorForType().getFields()) {
            Object old = before.getField(field);
            Object now = after.getField(field);
            boolean samePresence = !field.hasPresence() || before.hasField(field) == after.hasField(field);
            if (!old.equals(now) || !samePresence) {
                compare(path + field.getName(), field, before, after);
            }
        }
    }

    private void compare(String path, FieldDescriptor field, Message before, Message after) {
        if (field.isRepeated()) {
            compareLists(path, (List<?>) before.getField(field), (List<?>) after.getField(field));
        } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !isValue(before.getField(field))) {
            compare(path + '.', (Message) before.getField(field), (Message) after.getField(field));
        } else {
            add(path, text(before, field), text(after, field));
        }
    }

    /** Labels and environment variables differ key by key, other lists as a whole. */
    private void compareLists(String path, List<?> before, List<?> after) {
        List<?> any = before.isEmpty() ? after : before;
        boolean keyed = any.getFirst() instanceof Label || path.endsWith(".env");
        if (!keyed) {
            add(path, list(before), list(after));
            return;
        }
        Map<String, String> old = byKey(before);
        Map<String, String> now = byKey(after);
        TreeSet<String> keys = new TreeSet<>(old.keySet());
        keys.addAll(now.keySet());
        if (old.equals(now)) {
            add(path, list(before), list(after));
        }
        for (String key : keys) {
            add(path + '.' + key, old.getOrDefault(key, NOTHING), now.getOrDefault(key, NOTHING));
        }
    }

    private static Map<String, String> byKey(List<?> entries) {
        Map<String, String> values = new TreeMap<>();
        for (Object entry : entries) {
            if (entry instanceof Label label) {
                values.put(label.getKey(), label.getValue());
            } else {
                String variable = (String) entry;
                int equals = variable.indexOf('=');
                values.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        return values;
    }

    private void add(String path, String before, String after) {
        if (!before.equals(after)) {
            lines.add(oneLine(path) + ": " + oneLine(before) + " -> " + oneLine(after));
        }
    }

    private static boolean isValue(Object message) {
        return message instanceof Duration || message instanceof Share;
    }

    private static String text(Message holder, FieldDescriptor field) {
        if (field.hasPresence() && !holder.hasField(field)) {
            return NOTHING;
        }
        Object value = holder.getField(field);
        return value instanceof String word && word.isEmpty() ? NOTHING : text(value);
    }

    private static String list(List<?> values) {
        return values.isEmpty() ? NOTHING : values.stream().map(SpecDifference::text).collect(Collectors.joining(" "));
    }

    private static String text(Object value) {
        return switch (value) {
            case Duration duration -> TimeText.of(duration);
            case Share share -> share.hasPercent()
                    ? share.getPercent() + "%"
                    : Integer.toUnsignedString(share.getCount());
            case PortConfig port -> port.getPublishedPort() + ":" + port.getTargetPort() + '/'
                    + port.getProtocol().name().toLowerCase(Locale.ROOT);
            case EnumValueDescriptor constant -> constant.getName().toLowerCase(Locale.ROOT).replace('_', '-');
            default -> value.toString();
        };
    }

    private static String oneLine(String text) {
        String line = text.codePoints()
                .limit(MAX_TEXT)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return text.codePointCount(0, text.length()) > MAX_TEXT ? line + '…' : line;
    }
}
