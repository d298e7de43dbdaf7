package dev.mure.manager.raft;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.TimeDuration;

/** A cluster of one in a process of its own, for what must not happen to the process of the tests. */
final class MemberProcess implements AutoCloseable {

    private static final String LEADING = "@leading";
    private static final String COMMITTED = "@committed";

    private final Process process;
    private final BufferedReader out;

    private MemberProcess(Process process) {
        this.process = process;
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Starts it and waits until it leads.
     *
     * @param limits what the shell does before, for example {@code ulimit -f 4096;}
     * @param closeThreshold how long Ratis tolerates a pause; zero for the setting that is always used
     */
    static MemberProcess start(String limits, Path dataDir, Duration closeThreshold) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", limits + " exec \"$@\"", "sh",
                ProcessHandle.current().info().command().orElseThrow(), "-Xmx256m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                MemberProcess.class.getName(), dataDir.toString(), Integer.toString(TestCluster.freePort()),
                Long.toString(closeThreshold.toMillis())));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        MemberProcess member = new MemberProcess(process);
        member.await(LEADING);
        return member;
    }

    /** Has it commit a transaction of so many bytes, and waits until that is answered or the process ended. */
    boolean commit(int bytes) throws IOException {
        try {
            process.getOutputStream().write((bytes + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            return await(COMMITTED);
        } catch (IOException e) {
            return false;
        }
    }

    void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill failed");
        }
    }

    int exitCode(Duration timeout) throws InterruptedException {
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the process still runs");
        }
        return process.exitValue();
    }

    boolean alive() {
        return process.isAlive();
    }

    private boolean await(String wanted) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.equals(wanted)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** What runs in the process: commits what it is told to, and ends as a manager would. */
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[1]);
        long closeThreshold = Long.parseLong(args[2]);
        RaftSettings settings = RaftSettings.of(Path.of(args[0]), "127.0.0.1", port, "127.0.0.1:" + port);
        Environment environment =
                new Environment(System::nanoTime, new PeerTrafficOnly(certificate -> false), properties -> {
                    if (closeThreshold > 0) {
                        RaftServerConfigKeys.setCloseThreshold(properties,
                                TimeDuration.valueOf(closeThreshold, TimeUnit.MILLISECONDS));
                    }
                }, Optional.empty());
        RaftMember member = RaftMember.initialise(settings, "c", "n", environment);
        CompletableFuture<Void> _ =
                member.died().thenAccept(reason -> Runtime.getRuntime().halt(reason.kind().exitCode()));
        System.out.println(LEADING);
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).lines()
                .forEach(line -> commit(member, Integer.parseInt(line)));
    }

    private static void commit(RaftMember member, int bytes) {
        try {
            while (true) {
                var term = member.openTerm();
                if (term.isPresent()) {
                    var batch = TestCluster.put(term.get(), "n", "x".repeat(bytes));
                    if (term.get().submit(batch).get() instanceof CommitOutcome.Applied) {
                        System.out.println(COMMITTED);
                        return;
                    }
                }
                Thread.sleep(10);
            }
        } catch (Exception e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
