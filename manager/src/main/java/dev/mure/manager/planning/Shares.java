package dev.mure.manager.planning;

import dev.mure.v1.Share;

/** Turns shares of a service's slots into numbers of slots. */
public final class Shares {

    private Shares() {}

    /**
     * How many slots a share means.
     *
     * @param slots the size of the service
     * @return a count as it is; percent rounded up
     */
    public static int of(Share share, int slots) {
        return switch (share.getKindCase()) {
            case COUNT -> share.getCount();
            case PERCENT -> Math.toIntExact(((long) share.getPercent() * slots + 99) / 100);
            case KIND_NOT_SET -> 0;
        };
    }
}
