package dev.mure.cli.connect;

import java.util.List;

/** The managers of one cluster, and the one that answered last: it is asked first. */
final class Managers {
    private final List<Endpoint> endpoints;
    private volatile int preferred;

    Managers(List<Endpoint> endpoints) {
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("endpoints: empty (expected: at least one)");
        }
        this.endpoints = List.copyOf(endpoints);
    }

    int count() {
        return endpoints.size();
    }

    /** Position of the manager to ask at the n-th try. */
    int position(int tries) {
        return (preferred + tries) % endpoints.size();
    }

    Endpoint at(int position) {
        return endpoints.get(position);
    }

    void prefer(int position) {
        preferred = position;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Endpoint endpoint : endpoints) {
            text.append(text.isEmpty() ? "" : ", ").append(endpoint);
        }
        return text.toString();
    }
}
