package dev.mure.cli.format;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The part of Go's templates that {@code --format} understands: fields ({@code {{.ID}}}, {@code {{.Spec.Name}}}), functions
 * ({@code {{json .Spec}}}, {@code {{upper .Name}}}, {@code {{truncate .ID 5}}}) and pipes between them.
 */
public final class Template {
    private static final String NO_VALUE = "<no value>";

    private sealed interface Part {}

    private record Text(String text) implements Part {}

    /** Calls from left to right; each gets the result of the one before it as its last argument. */
    private record Action(List<Call> calls) implements Part {}

    /** A function with its arguments; without a name it is its only argument. */
    private record Call(@Nullable String function, List<Operand> arguments) {}

    private sealed interface Operand {}

    private record Field(List<String> path) implements Operand {}

    private record Literal(Object value) implements Operand {}

    private final List<Part> parts = new ArrayList<>();

    private Template() {}

    /**
     * Reads a template. As Docker does, {@code \t} and {@code \n} in it stand for a tab and a line end.
     *
     * @throws IllegalArgumentException with a line that says what is wrong
     */
    public static Template parse(String source) {
        Template template = new Template();
        int at = 0;
        while (at < source.length()) {
            int open = source.indexOf("{{", at);
            if (open < 0) {
                open = source.length();
            }
            if (open > at) {
                template.parts.add(new Text(unescape(source.substring(at, open))));
            }
            if (open == source.length()) {
                break;
            }
            int close = endOfAction(source, open + 2);
            template.parts.add(action(source.substring(open + 2, close)));
            at = close + 2;
        }
        return template;
    }

    /** Fills the template in. A field that is missing gives {@code <no value>}. */
    public String render(Object data) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Text(String literal) -> text.append(literal);
                case Action action -> text.append(show(evaluate(action, data)));
            }
        }
        return text.toString();
    }

    /** The fields at the top of the data that the template reads. */
    public List<String> fields() {
        List<String> fields = new ArrayList<>();
        for (Part part : parts) {
            if (part instanceof Action(List<Call> calls)) {
                for (Call call : calls) {
                    for (Operand argument : call.arguments()) {
                        if (argument instanceof Field(List<String> path) && !path.isEmpty()) {
                            fields.add(path.getFirst());
                        }
                    }
                }
            }
        }
        return fields;
    }

    private static String unescape(String text) {
        return text.replace("\\t", "\t").replace("\\n", "\n");
    }

    private static int endOfAction(String source, int from) {
        boolean quoted = false;
        for (int i = from; i < source.length(); i++) {
            char character = source.charAt(i);
            if (character == '"') {
                quoted = !quoted;
            } else if (character == '\\' && quoted) {
                i++;
            } else if (!quoted && source.startsWith("}}", i)) {
                return i;
            }
        }
        throw new IllegalArgumentException("'{{' without '}}'");
    }

    private static Action action(String source) {
        List<Call> calls = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (String word : words(source)) {
            if (word.equals("|")) {
                calls.add(call(words, calls.isEmpty()));
                words = new ArrayList<>();
            } else {
                words.add(word);
            }
        }
        calls.add(call(words, calls.isEmpty()));
        return new Action(calls);
    }

    private static Call call(List<String> words, boolean first) {
        if (words.isEmpty()) {
            throw new IllegalArgumentException("an empty action");
        }
        String head = words.getFirst();
        boolean named = Character.isLetter(head.charAt(0));
        if (!named && (words.size() > 1 || !first)) {
            throw new IllegalArgumentException("'" + head + "' is not a function");
        }
        if (named && !isFunction(head)) {
            throw new IllegalArgumentException("unknown function '" + head
                    + "' (there are: json, join, lower, pad, println, split, title, truncate, upper)");
        }
        List<Operand> arguments = new ArrayList<>();
        for (String word : words.subList(named ? 1 : 0, words.size())) {
            arguments.add(operand(word));
        }
        return new Call(named ? head : null, arguments);
    }

    private static boolean isFunction(String name) {
        return switch (name) {
            case "json", "join", "lower", "pad", "println", "split", "title", "truncate", "upper" -> true;
            default -> false;
        };
    }

    private static List<String> words(String source) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < source.length()) {
            char character = source.charAt(at);
            if (Character.isWhitespace(character)) {
                at++;
            } else if (character == '|') {
                words.add("|");
                at++;
            } else if (character == '"') {
                int end = at + 1;
                while (end < source.length() && source.charAt(end) != '"') {
                    end += source.charAt(end) == '\\' ? 2 : 1;
                }
                if (end >= source.length()) {
                    throw new IllegalArgumentException("a string without its closing quote");
                }
                words.add(source.substring(at, end));
                at = end + 1;
            } else {
                int end = at;
                while (end < source.length() && !Character.isWhitespace(source.charAt(end))
                        && source.charAt(end) != '|') {
                    end++;
                }
                words.add(source.substring(at, end));
                at = end;
            }
        }
        return words;
    }

    private static Operand operand(String word) {
        if (word.startsWith("\"")) {
            return new Literal(unescape(word.substring(1)).replace("\\\"", "\"").replace("\\\\", "\\"));
        }
        if (word.equals(".")) {
            return new Field(List.of());
        }
        if (word.startsWith(".")) {
            List<String> path = new ArrayList<>();
            for (String name : word.substring(1).split("\\.", -1)) {
                if (name.isEmpty()) {
                    throw new IllegalArgumentException("'" + word + "' is not a field");
                }
                path.add(name);
            }
            return new Field(path);
        }
        try {
            return new Literal(Long.valueOf(word));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + word + "' is neither a field (.Name) nor a string nor a number",
                    e);
        }
    }

    private static @Nullable Object evaluate(Action action, Object data) {
        Object result = null;
        boolean first = true;
        for (Call call : action.calls()) {
            List<@Nullable Object> arguments = new ArrayList<>();
            for (Operand operand : call.arguments()) {
                arguments.add(value(operand, data));
            }
            if (!first) {
                arguments.add(result);
            }
            result = call.function() == null ? arguments.getFirst() : apply(call.function(), arguments);
            first = false;
        }
        return result;
    }

    private static @Nullable Object value(Operand operand, Object data) {
        return switch (operand) {
            case Literal(Object value) -> value;
            case Field(List<String> path) -> {
                Object value = data;
                for (String name : path) {
                    value = value instanceof Map<?, ?> map ? map.get(name) : null;
                }
                yield value;
            }
        };
    }

    private static Object apply(String function, List<@Nullable Object> arguments) {
        return switch (function) {
            case "json" -> Json.compact(argument(function, arguments, 0));
            case "lower" -> text(function, arguments, 0).toLowerCase(Locale.ROOT);
            case "upper" -> text(function, arguments, 0).toUpperCase(Locale.ROOT);
            case "title" -> title(text(function, arguments, 0));
            case "println" -> text(function, arguments, 0) + "\n";
            case "split" -> split(text(function, arguments, 0), text(function, arguments, 1));
            case "join" -> join(argument(function, arguments, 0), text(function, arguments, 1));
            case "truncate" -> {
                String text = text(function, arguments, 0);
                yield text.substring(0, Math.min(text.length(), number(function, arguments, 1)));
            }
            case "pad" -> {
                String text = text(function, arguments, 0);
                yield text.isEmpty()
                        ? text
                        : " ".repeat(number(function, arguments, 1)) + text
                                + " ".repeat(number(function, arguments, 2));
            }
            default -> throw new IllegalArgumentException("unknown function '" + function + "'");
        };
    }

    private static @Nullable Object argument(String function, List<@Nullable Object> arguments, int position) {
        if (position >= arguments.size()) {
            throw new IllegalArgumentException("'" + function + "' needs more arguments");
        }
        return arguments.get(position);
    }

    private static String text(String function, List<@Nullable Object> arguments, int position) {
        return show(argument(function, arguments, position));
    }

    private static int number(String function, List<@Nullable Object> arguments, int position) {
        if (argument(function, arguments, position) instanceof Long number && number >= 0 && number <= 1000) {
            return number.intValue();
        }
        throw new IllegalArgumentException("'" + function + "' needs a number from 0 to 1000");
    }

    private static List<String> split(String text, String separator) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int at = separator.isEmpty() ? -1 : text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
            parts.add(text.substring(from, at));
            from = at + separator.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static String join(@Nullable Object list, String separator) {
        StringBuilder text = new StringBuilder();
        if (list instanceof List<?> elements) {
            for (Object element : elements) {
                text.append(text.isEmpty() ? "" : separator).append(show(element));
            }
        }
        return text.toString();
    }

    private static String title(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private static String show(@Nullable Object value) {
        return switch (value) {
            case null -> NO_VALUE;
            case String text -> text;
            case BigDecimal number -> number.toPlainString();
            case Map<?, ?> map -> Json.compact(map);
            case List<?> list -> Json.compact(list);
            default -> value.toString();
        };
    }
}
