package dev.mure.cli.process;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Whether standard output is a terminal, and how wide it is. Asked only by commands that redraw. */
public interface Screen {

    /** Whether lines can be redrawn. */
    boolean isTerminal();

    /** Columns of the terminal. */
    int columns();

    /** No terminal: a file, a pipe, a test. */
    Screen NONE = new Screen() {
        @Override
        public boolean isTerminal() {
            return false;
        }

        @Override
        public int columns() {
            return DEFAULT_COLUMNS;
        }
    };

    /** The terminal that this process was started from. The launcher says whether there is one, because the JDK can't. */
    Screen OF_THIS_PROCESS = new Screen() {
        @Override
        public boolean isTerminal() {
            return "true".equals(System.getProperty("mure.terminal"));
        }

        @Override
        public int columns() {
            return sttyColumns();
        }
    };

    /** Assumed when a terminal does not tell. */
    int DEFAULT_COLUMNS = 80;

    private static int sttyColumns() {
        try {
            Process stty = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            if (!stty.waitFor(1, TimeUnit.SECONDS)) {
                stty.destroyForcibly();
                return DEFAULT_COLUMNS;
            }
            String[] size =
                    new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim().split(" ", -1);
            int columns = size.length == 2 ? Integer.parseInt(size[1]) : 0;
            return columns > 0 ? columns : DEFAULT_COLUMNS;
        } catch (IOException | NumberFormatException e) {
            return DEFAULT_COLUMNS;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return DEFAULT_COLUMNS;
        }
    }
}
