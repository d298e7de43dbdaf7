package dev.mure.manager.planning;

import dev.mure.v1.Label;
import dev.mure.v1.Node;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One constraint of a placement: an attribute of a node has a value, or has not. Values are compared ignoring case; an attribute that
 * is missing equals nothing.
 */
record Constraint(Attribute attribute, boolean equal, String value) {

    private static final List<String> OPERATORS = List.of("==", "!=");
    private static final Pattern KEY = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_.-]+");
    private static final Pattern VALUE = Pattern.compile("[a-zA-Z0-9:\\-_\\s.*()?+\\[\\]\\\\^$|/]+");
    private static final String NODE_LABELS = "node.labels.";
    private static final String ENGINE_LABELS = "engine.labels.";
    private static final int LONGEST_SHOWN = 80;

    /** What became of a text that should be a constraint. */
    sealed interface Parsed {

        record Valid(Constraint constraint) implements Parsed {}

        /**
         * It is none.
         *
         * @param why one line
         */
        record Faulty(String why) implements Parsed {}
    }

    /** Something that nodes differ in. */
    sealed interface Attribute {

        Optional<String> of(Node node);

        /** Two values with the same normal form are equal. */
        default String normal(String value) {
            return value.toLowerCase(Locale.ROOT);
        }
    }

    private record NodeLabel(String key) implements Attribute {
        @Override
        public Optional<String> of(Node node) {
            return node.getLabelsList()
                    .stream()
                    .filter(label -> label.getKey().equals(key))
                    .map(Label::getValue)
                    .findFirst();
        }
    }

    private enum Known implements Attribute {
        ID("node.id") {
            @Override
            String text(Node node) {
                return node.getId();
            }
        },
        HOSTNAME("node.hostname") {
            @Override
            String text(Node node) {
                return node.getName();
            }
        },
        ROLE("node.role") {
            @Override
            String text(Node node) {
                return node.hasManager() ? MANAGER : WORKER;
            }
        },
        OS("node.platform.os") {
            @Override
            String text(Node node) {
                return node.getDescription().getOs();
            }
        },
        ARCHITECTURE("node.platform.arch") {
            @Override
            String text(Node node) {
                return node.getDescription().getArchitecture();
            }

            @Override
            public String normal(String value) {
                return switch (value.toLowerCase(Locale.ROOT)) {
                    case "x86_64" -> "amd64";
                    case "aarch64" -> "arm64";
                    case String other -> other;
                };
            }
        };

        private static final String MANAGER = "manager";
        private static final String WORKER = "worker";

        private final String key;

        Known(String key) {
            this.key = key;
        }

        /** Empty where a node has not told. */
        abstract String text(Node node);

        @Override
        public Optional<String> of(Node node) {
            return Optional.of(text(node)).filter(text -> !text.isEmpty());
        }

        static Optional<Known> named(String key) {
            return Arrays.stream(values()).filter(attribute -> attribute.key.equalsIgnoreCase(key)).findFirst();
        }

        static String keys() {
            return Arrays.stream(values()).map(attribute -> attribute.key).collect(Collectors.joining(", "));
        }
    }

    /** Reads {@code KEY==VALUE} or {@code KEY!=VALUE}; blanks around key and value don't count. */
    static Parsed parse(String text) {
        for (String operator : OPERATORS) {
            int at = text.indexOf(operator);
            if (at >= 0) {
                return parse(text, text.substring(0, at).strip(), operator.equals("=="),
                        text.substring(at + operator.length()).strip());
            }
        }
        return faulty(text, "has neither == nor !=: write KEY==VALUE or KEY!=VALUE, for example node.labels.zone==a");
    }

    private static Parsed parse(String text, String key, boolean equal, String value) {
        if (!KEY.matcher(key).matches()) {
            return faulty(text, "has no valid key: write KEY==VALUE or KEY!=VALUE, for example node.labels.zone==a");
        }
        if (!VALUE.matcher(value).matches()) {
            return faulty(text, value.isEmpty()
                    ? "has no value: write one behind the operator"
                    : "has a value that can't be compared: use letters, digits, blanks and : - _ . * ( ) ? + [ ] \\ ^ $ | /");
        }
        if (startsWith(key, ENGINE_LABELS)) {
            return faulty(text, "asks for a label of the engine, which is not known to managers: label the node with"
                    + " `node update --label-add` and use node.labels.LABEL");
        }
        if (startsWith(key, NODE_LABELS)) {
            return valid(new NodeLabel(key.substring(NODE_LABELS.length())), equal, value);
        }
        Optional<Known> known = Known.named(key);
        if (known.isEmpty()) {
            return faulty(text, "has a key that is not known: use " + Known.keys() + " or node.labels.LABEL");
        }
        if (known.get() == Known.ROLE && !isRole(value)) {
            return faulty(text, "asks for a role that no node has: use manager or worker");
        }
        return valid(known.get(), equal, value);
    }

    boolean met(Node node) {
        return attribute.of(node).map(attribute::normal).filter(value::equals).isPresent() == equal;
    }

    private static Parsed valid(Attribute attribute, boolean equal, String value) {
        return new Parsed.Valid(new Constraint(attribute, equal, attribute.normal(value)));
    }

    private static boolean isRole(String value) {
        return value.equalsIgnoreCase(Known.MANAGER) || value.equalsIgnoreCase(Known.WORKER);
    }

    /** A key that is nothing but the prefix names no label. */
    private static boolean startsWith(String key, String prefix) {
        return key.length() > prefix.length() && key.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    private static Parsed faulty(String text, String why) {
        String shown = text.codePoints()
                .limit(LONGEST_SHOWN)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return new Parsed.Faulty('"' + shown + (shown.length() < text.length() ? "…" : "") + "\" " + why);
    }
}
