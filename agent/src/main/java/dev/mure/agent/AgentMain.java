package dev.mure.agent;

import dev.mure.agent.session.WrongClusterException;
import dev.mure.agent.storage.ClusterFile;
import dev.mure.node.DataFolder;
import dev.mure.trust.grpc.EnrolmentRefusedException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * `mure agent`. Exit codes: 0 after SIGTERM or SIGINT, 1 when it can't run, 125 for wrong usage; with the last two, one line
 * on standard error says why. Containers go on in every case.
 */
public final class AgentMain {

    static final int FAILED = 1;
    static final int WRONG_USAGE = 125;

    private AgentMain() {}

    public static void main(String[] args) {
        // The JDK has fast code for this curve, and the signatures use it too.
        System.setProperty("jdk.tls.namedGroups", "secp256r1");
        int code = FAILED;
        try {
            code = run(args, System.getenv(), System.out, System.err);
        } catch (RuntimeException | Error e) {
            System.err.println("mure agent: ended by a bug");
            e.printStackTrace();
        } finally {
            // Not exit(): a signal's shutdown hook may be waiting for this thread.
            Runtime.getRuntime().halt(code);
        }
    }

    /** Runs until the end and answers with the exit code. */
    static int run(String[] args, Map<String, String> environment, PrintStream out, PrintStream err) {
        AgentOptions options = new AgentOptions(environment);
        CommandLine parser = new CommandLine(options);
        try {
            parser.parseArgs(args);
            if (parser.isUsageHelpRequested()) {
                parser.usage(out);
                return 0;
            }
            if (parser.isVersionHelpRequested()) {
                parser.printVersionHelp(out);
                return 0;
            }
            options.validate();
        } catch (CommandLine.ParameterException e) {
            err.println("mure agent: " + e.getMessage() + "; see 'mure agent --help'");
            return WRONG_USAGE;
        }
        return supervise(options, err);
    }

    private static int supervise(AgentOptions options, PrintStream err) {
        // Before the first logger is made: its pattern has it.
        System.setProperty("mure.node", options.name());
        Path dataDir = options.dataDir();
        try {
            DataFolder folder = DataFolder.open(dataDir);
            String nodeId = folder.nodeId(new SecureRandom());
            Optional<FileLock> lock = folder.lock("agent");
            if (lock.isEmpty()) {
                err.println(
                        "mure agent: another agent uses " + dataDir + "; end it, or give this one its own --data-dir");
                return FAILED;
            }
            Path state = folder.resolve("agent");
            try (FileLock _ = lock.get()) {
                AgentEnrolment enrolment =
                        new AgentEnrolment(folder, nodeId, options.name(), options.join(), options.token());
                Agent agent = new Agent(enrolment, options.openRuntime(state), ClusterFile.open(state));
                return runUntilSignalled(agent, err);
            }
        } catch (FileSystemException e) {
            err.println("mure agent: " + dataDir + ": " + e.getFile() + ": "
                    + Optional.ofNullable(e.getReason()).orElse(e.getClass().getSimpleName()));
            return FAILED;
        } catch (IOException | UncheckedIOException e) {
            err.println("mure agent: " + dataDir + ": " + e.getMessage());
            return FAILED;
        }
    }

    /** A signal interrupts the agent; the process then ends with code 0 instead of the JVM's 128 + signal. */
    private static int runUntilSignalled(Agent agent, PrintStream err) throws IOException {
        Thread main = Thread.currentThread();
        AtomicReference<Integer> result = new AtomicReference<>(0);
        Thread hook = new Thread(() -> {
            main.interrupt();
            try {
                main.join(java.time.Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(result.get());
        }, "agent-signal");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            agent.run();
            return 0;
        } catch (InterruptedException e) {
            LoggerFactory.getLogger(AgentMain.class).info("Ended; containers go on");
            return 0;
        } catch (EnrolmentRefusedException e) {
            err.println("mure agent: " + e.getMessage());
            result.set(FAILED);
            return FAILED;
        } catch (WrongClusterException e) {
            err.println("mure agent: " + e.getMessage() + "; join the right one, or give the node another --data-dir");
            result.set(FAILED);
            return FAILED;
        }
    }
}
