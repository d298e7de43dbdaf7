package dev.mure.cli.progress;

/** Shows pictures one after another. */
public interface ProgressDisplay {

    /** Shows what changed since the last picture. */
    void show(Picture picture);

    /** Shows nothing. */
    ProgressDisplay QUIET = new ProgressDisplay() {
        @Override
        public void show(Picture picture) {
            // That is what quiet means.
        }
    };
}
