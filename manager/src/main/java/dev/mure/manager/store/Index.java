package dev.mure.manager.store;

import java.util.Objects;
import org.pcollections.PSortedSet;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * A persistent multimap from a key to an ordered set; keys without values are not kept.
 *
 * @param <V> the values, in their natural order
 */
record Index<V extends Comparable<V>>(TreePMap<String, TreePSet<V>> sets) {

    static <V extends Comparable<V>> Index<V> empty() {
        return new Index<>(TreePMap.empty());
    }

    PSortedSet<V> get(String key) {
        return Objects.requireNonNullElseGet(sets.get(key), TreePSet::<V>empty);
    }

    Index<V> plus(String key, V value) {
        TreePSet<V> set = Objects.requireNonNullElseGet(sets.get(key), TreePSet::<V>empty);
        return new Index<>(sets.plus(key, set.plus(value)));
    }

    Index<V> minus(String key, V value) {
        TreePSet<V> rest = Objects.requireNonNullElseGet(sets.get(key), TreePSet::<V>empty).minus(value);
        return new Index<>(rest.isEmpty() ? sets.minus(key) : sets.plus(key, rest));
    }
}
