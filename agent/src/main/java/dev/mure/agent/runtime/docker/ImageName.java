package dev.mure.agent.runtime.docker;

import java.util.Optional;

/**
 * An image reference taken apart, as Docker does it.
 *
 * @param name
 *            registry and repository as written
 * @param tag
 *            empty if there is none
 * @param digest
 *            `sha256:…`, empty if there is none
 */
record ImageName(String name, Optional<String> tag, Optional<String> digest) {

    private static final String DEFAULT_REGISTRY = "docker.io";

    static ImageName parse(String reference) {
        int at = reference.indexOf('@');
        String tagged = at >= 0 ? reference.substring(0, at) : reference;
        int colon = tagged.indexOf(':', tagged.lastIndexOf('/') + 1);
        return new ImageName(colon >= 0 ? tagged.substring(0, colon) : tagged,
                colon >= 0 ? Optional.of(tagged.substring(colon + 1)) : Optional.empty(),
                at >= 0 ? Optional.of(reference.substring(at + 1)) : Optional.empty());
    }

    /** The same name for exactly that image; one that names an image exactly already is left as it is. */
    ImageName pinnedTo(String wanted) {
        return digest.isPresent() ? this : new ImageName(name, tag, Optional.of(wanted));
    }

    /** What the registry is asked for: the digest if there is one, never all tags there are. */
    String version() {
        return digest.or(() -> tag).orElse("latest");
    }

    /** Whether both are names of one repository: `web` is `docker.io/library/web`. */
    boolean isOfRepository(ImageName other) {
        return repository().equals(other.repository());
    }

    /** As a user writes it. */
    String reference() {
        return name + tag.map(text -> ":" + text).orElse("") + digest.map(text -> "@" + text).orElse("");
    }

    private String repository() {
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        boolean hasRegistry = first.contains(".") || first.contains(":") || first.equals("localhost");
        String registry = hasRegistry ? first.replace("index.docker.io", DEFAULT_REGISTRY) : DEFAULT_REGISTRY;
        String path = hasRegistry ? name.substring(slash + 1) : name;
        return registry.equals(DEFAULT_REGISTRY) && !path.contains("/")
                ? registry + "/library/" + path
                : registry + "/" + path;
    }
}
