package dev.mure.agent.runtime.process;

import dev.mure.agent.runtime.RuntimeFailure;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names an image folder: `web:1`, `team/web:1`; without a tag it is `latest`. `docker.io/library/web:1` and `library/web:1`
 * are the same as `web:1`, as in Docker.
 */
record ImageReference(String name, String tag) {

    /** As Docker's; without dots at an end of a component, so that no reference leads out of the images' folder. */
    private static final String COMPONENT = "[a-z0-9]+(?:[._-]+[a-z0-9]+)*";
    private static final Pattern REFERENCE =
            Pattern.compile("(?:docker\\.io/)?(?:library/)?(?<name>" + COMPONENT + "(?:/"
                    + COMPONENT + ")*)(?::(?<tag>\\w[\\w.-]{0,127}))?");
    private static final int MAX_LENGTH = 300;

    static ImageReference parse(String text) throws RuntimeFailure {
        Matcher matcher = REFERENCE.matcher(text);
        if (text.length() > MAX_LENGTH || !matcher.matches()) {
            throw new RuntimeFailure(RuntimeFailure.Kind.IMAGE,
                    "No such image: " + text + " (the process runtime takes NAME[:TAG], the name of an image folder)");
        }
        String tag = matcher.group("tag");
        return new ImageReference(matcher.group("name"), tag == null ? "latest" : tag);
    }

    Path in(Path images) {
        return images.resolve(name).resolve(tag);
    }
}
