package dev.mure.trust;

import java.util.Optional;
import java.util.stream.Stream;

/** What a certificate lets a node be: its organisational unit. */
public enum NodeRole {

    /** Runs tasks. */
    WORKER("mure-worker"),
    /** Keeps the cluster's state, and may run tasks as well. */
    MANAGER("mure-manager");

    private final String unit;

    NodeRole(String unit) {
        this.unit = unit;
    }

    /** The organisational unit (OU) in the subject of a certificate. */
    public String unit() {
        return unit;
    }

    static Optional<NodeRole> ofUnit(String unit) {
        return Stream.of(values()).filter(role -> role.unit.equals(unit)).findFirst();
    }
}
