package dev.mure.agent;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** Mure's own version, from the jar's manifest. */
final class MureVersion implements IVersionProvider {

    static String current() {
        return Objects.requireNonNullElse(MureVersion.class.getPackage().getImplementationVersion(), "dev");
    }

    @Override
    public String[] getVersion() {
        return new String[]{"Mure " + current()};
    }
}
