package dev.mure.manager.api;

import dev.mure.manager.leader.Refusal;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Service;
import java.util.List;
import java.util.Optional;

/** Finds what a user means by a word: the exact id, else the exact name, else the one id that begins so. */
final class ServiceLookup {

    private ServiceLookup() {}

    /**
     * The service that is meant; never one that was removed.
     *
     * @throws Refusal if there is none, or more than one
     */
    static Service find(ClusterState state, String reference) throws Refusal {
        SpecValidation.require(!reference.isEmpty(), "service: say which one, by id, name or the beginning of its id");
        Optional<Service> exact = state.service(reference)
                .filter(service -> !service.getRemoved())
                .or(() -> state.serviceByName(reference));
        if (exact.isPresent()) {
            return exact.get();
        }
        List<Service> byPrefix = state.services().stream()
                .filter(service -> !service.getRemoved() && service.getId().startsWith(reference))
                .toList();
        return switch (byPrefix.size()) {
            case 0 -> throw notFound(reference);
            case 1 -> byPrefix.getFirst();
            default -> throw new Refusal(Refusal.Kind.INVALID,
                    "service " + plain(reference) + " is ambiguous (" + byPrefix.size()
                            + " matches found)");
        };
    }

    static Refusal notFound(String reference) {
        return new Refusal(Refusal.Kind.NOT_FOUND, "service " + plain(reference) + " not found");
    }

    /** Somebody changed the service since the client read it. */
    static Refusal outOfSequence(Service service, long version) {
        return new Refusal(Refusal.Kind.CONFLICT, "update out of sequence: service " + service.getName()
                + " is at version " + service.getSpecVersion() + ", not " + Long.toUnsignedString(version)
                + ": read it again and repeat the change");
    }

    /** Docker prints the word bare; whatever does not look like one is quoted. */
    static String plain(String reference) {
        String quoted = SpecValidation.quoted(reference);
        String inner = quoted.substring(1, quoted.length() - 1);
        return inner.equals(reference) && !reference.contains(" ") ? reference : quoted;
    }
}
