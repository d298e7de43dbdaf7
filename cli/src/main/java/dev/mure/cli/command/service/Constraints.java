package dev.mure.cli.command.service;

import dev.mure.cli.command.Flags;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Placement constraints with their changes. */
final class Constraints {
    private static final List<String> KEYS =
            List.of("node.id", "node.hostname", "node.role", "node.platform.os", "node.platform.arch");
    private static final String LABEL = "node.labels.";
    private static final String EXPECTED =
            "KEY==VALUE or KEY!=VALUE with the key node.labels.LABEL, " + String.join(", ", KEYS);

    private Constraints() {}

    /**
     * Constraints after a change, sorted when something changed. What is removed goes first; one that is there already is not
     * added again.
     *
     * @param addFlag for the error
     */
    static List<String> change(List<String> constraints, List<String> removed, List<String> added, String addFlag) {
        if (removed.isEmpty() && added.isEmpty()) {
            return constraints;
        }
        List<String> result = new ArrayList<>(constraints);
        for (String constraint : removed) {
            result.remove(constraint.strip());
        }
        for (String constraint : added) {
            String checked = checked(addFlag, constraint.strip());
            if (!result.contains(checked)) {
                result.add(checked);
            }
        }
        Collections.sort(result);
        return result;
    }

    private static String checked(String flag, String constraint) {
        int equal = constraint.indexOf("==");
        int different = constraint.indexOf("!=");
        int operator = equal < 0 || (different >= 0 && different < equal) ? different : equal;
        String key = operator < 0 ? "" : constraint.substring(0, operator).strip();
        String value = operator < 0 ? "" : constraint.substring(operator + 2).strip();
        boolean label = key.startsWith(LABEL) && key.length() > LABEL.length();
        if (value.isEmpty() || (!label && !KEYS.contains(key))) {
            throw Flags.invalid(flag, constraint, EXPECTED);
        }
        return constraint;
    }
}
