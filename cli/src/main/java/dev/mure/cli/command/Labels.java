package dev.mure.cli.command;

import dev.mure.v1.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Labels with their changes: sorted by key, each key once, as the schema wants them. */
public final class Labels {
    private Labels() {}

    /**
     * Labels after a change. What is removed goes first, so that a key may be removed and added in one command.
     *
     * @param removed keys
     * @param added {@code KEY=VALUE}, or {@code KEY} with an empty value
     * @param addFlag for the error
     */
    public static List<Label> change(List<Label> labels, List<String> removed, List<String> added, String addFlag) {
        Map<String, String> byKey = new TreeMap<>();
        for (Label label : labels) {
            byKey.put(label.getKey(), label.getValue());
        }
        for (String key : removed) {
            byKey.remove(key);
        }
        for (String label : added) {
            int equals = label.indexOf('=');
            String key = equals < 0 ? label : label.substring(0, equals);
            if (key.isEmpty()) {
                throw Flags.invalid(addFlag, label, "KEY=VALUE");
            }
            byKey.put(key, equals < 0 ? "" : label.substring(equals + 1));
        }
        List<Label> result = new ArrayList<>();
        for (Map.Entry<String, String> entry : byKey.entrySet()) {
            result.add(Label.newBuilder().setKey(entry.getKey()).setValue(entry.getValue()).build());
        }
        return result;
    }
}
