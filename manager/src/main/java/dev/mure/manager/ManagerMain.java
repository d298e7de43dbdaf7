package dev.mure.manager;

import dev.mure.manager.api.Statuses;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Entry point of {@code mure manager}. Exit codes: 0 after a planned stop, 1 if it could not start, 125 for wrong usage, and those
 * of {@link dev.mure.manager.raft.DeathReason} if it can't go on.
 */
public final class ManagerMain {

    private static final int WRONG_USAGE = 125;

    /** Kept, for a logger that nobody holds forgets its level. What our libraries say through it is chatter up to INFO. */
    private static final Logger PLATFORM_LOG = Logger.getLogger("");

    private ManagerMain() {}

    /** Runs until the process is told to stop. */
    public static void main(String[] args) {
        PLATFORM_LOG.setLevel(Level.WARNING);
        // The JDK has fast code for this curve, and the signatures use it too.
        System.setProperty("jdk.tls.namedGroups", "secp256r1");
        // A resumed session would skip the look at the certificate, and with it the news that a node was removed.
        System.setProperty("jdk.tls.server.newSessionTicketCount", "0");
        System.exit(execute(args));
    }

    static int execute(String... args) {
        CommandLine command = new CommandLine(new ManagerCommand());
        command.addSubcommand(new RecoverCommand(System.out));
        command.setParameterExceptionHandler((exception, parsed) -> wrongUsage(exception));
        command.setExecutionExceptionHandler((exception, line, parsed) -> failure(exception));
        return command.execute(args);
    }

    private static int wrongUsage(ParameterException exception) {
        return say(exception.getMessage() + "; see 'mure manager --help'", WRONG_USAGE);
    }

    private static int failure(Exception exception) {
        return switch (exception) {
            case WrongUsageException usage -> say(Statuses.line(usage), WRONG_USAGE);
            case CannotStartException start -> say(Statuses.line(start), start.exitCode());
            default -> {
                exception.printStackTrace();
                yield say("failed: " + exception, 1);
            }
        };
    }

    private static int say(String line, int exitCode) {
        System.err.println("mure manager: " + line);
        return exitCode;
    }
}
