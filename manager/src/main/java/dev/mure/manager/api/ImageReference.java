package dev.mure.manager.api;

import java.util.regex.Pattern;

/**
 * The grammar of image references that Docker's engine and registries use: {@code [host[:port]/]path[:tag][@digest]}. Quantifiers
 * that could back-track without bound are possessive or follow a fixed character.
 */
final class ImageReference {

    /** Registries refuse longer repository names. */
    private static final int MAX_NAME = 255;

    private static final String DOMAIN_COMPONENT = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
    private static final String HOST =
            "(?:" + DOMAIN_COMPONENT + "(?:\\." + DOMAIN_COMPONENT + ")*|\\[[a-fA-F0-9:]+\\])";
    private static final String PATH_COMPONENT = "[a-z0-9]++(?:(?:[._]|__|-++)[a-z0-9]++)*+";
    private static final Pattern REFERENCE =
            Pattern.compile("(?<name>(?:" + HOST + "(?::[0-9]++)?/)?" + PATH_COMPONENT + "(?:/"
                    + PATH_COMPONENT + ")*+)"
                    + "(?::[\\w][\\w.-]{0,127})?"
                    + "(?:@[A-Za-z][A-Za-z0-9]*+(?:[-_+.][A-Za-z][A-Za-z0-9]*+)*+:[0-9a-fA-F]{32,})?");
    /** Reads like the id of an image on one machine, which no other machine could pull. */
    private static final Pattern BARE_ID = Pattern.compile("[a-f0-9]{64}");
    private static final int MAX_LENGTH = 1024;

    private ImageReference() {}

    static boolean isValid(String reference) {
        if (reference.length() > MAX_LENGTH || BARE_ID.matcher(reference).matches()) {
            return false;
        }
        var matcher = REFERENCE.matcher(reference);
        return matcher.matches() && matcher.group("name").length() <= MAX_NAME;
    }
}
