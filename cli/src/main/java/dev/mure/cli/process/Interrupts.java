package dev.mure.cli.process;

/** What is still done when somebody ends the process with Ctrl-C or SIGTERM. */
public interface Interrupts {

    /** Ends what it stands for. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /** Does something when the process is ended before the registration is closed. */
    Registration before(Runnable lastAct);

    /** Nobody ends this run from outside, or whoever made it looks after that. */
    Interrupts NONE = new Interrupts() {
        @Override
        public Registration before(Runnable lastAct) {
            return () -> {};
        }
    };

    /** Those of this process. The JVM itself ends with 130 after Ctrl-C. */
    Interrupts OF_THIS_PROCESS = new Interrupts() {
        @Override
        public Registration before(Runnable lastAct) {
            Thread hook = new Thread(lastAct, "mure-last-act");
            Runtime.getRuntime().addShutdownHook(hook);
            return () -> {
                try {
                    Runtime.getRuntime().removeShutdownHook(hook);
                } catch (IllegalStateException e) {
                    // The process is ending: the hook runs.
                }
            };
        }
    };
}
