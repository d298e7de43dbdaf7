package dev.mure.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.it.Specs;
import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.cluster.ManagerNode;
import dev.mure.it.control.ControlClient;
import dev.mure.it.control.ControlException;
import dev.mure.it.history.Linearizability;
import dev.mure.it.history.Operation;
import dev.mure.v1.Label;
import dev.mure.v1.ServiceSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/**
 * Clients that read a few registers and write them on condition that they still hold what was read, each through another manager first,
 * while a test hurts the cluster. A register is a label of an empty service. What each client saw makes a history.
 */
final class RegisterClients implements AutoCloseable {

    private static final int REGISTERS = 3;
    private static final int CLIENTS = 4;
    private static final long PACE_NANOS = 10_000_000;
    private static final String LABEL = "value";
    private static final long INITIAL = 0;

    private final Map<String, Queue<Operation>> histories = new ConcurrentHashMap<>();
    private final AtomicLong values = new AtomicLong(INITIAL);
    private final List<Thread> clients = new ArrayList<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final List<String> registers = new ArrayList<>();
    private volatile boolean stopped;

    private final LocalCluster cluster;

    private RegisterClients(LocalCluster cluster) {
        this.cluster = cluster;
    }

    static RegisterClients start(LocalCluster cluster, String id) {
        RegisterClients all = new RegisterClients(cluster);
        for (int i = 0; i < REGISTERS; i++) {
            String register = "register-" + i + "-" + id;
            cluster.control().create(holding(Specs.service(register, "steered:1", 0), INITIAL));
            all.registers.add(register);
            all.histories.put(register, new ConcurrentLinkedQueue<>());
        }
        for (int client = 0; client < CLIENTS; client++) {
            all.clients.add(all.start(cluster.managers(), client, new Random(id.hashCode() + client)));
        }
        return all;
    }

    private Thread start(List<ManagerNode> managers, int client, Random random) {
        List<ManagerNode> ordered = new ArrayList<>(managers);
        Collections.rotate(ordered, client);
        ControlClient control = new ControlClient(ordered.stream().map(ManagerNode::door).toList());
        return Thread.ofVirtual().name("register-client-" + client).start(() -> {
            try {
                while (!stopped) {
                    act(control, client, registers.get(random.nextInt(REGISTERS)), random.nextInt(3) == 0);
                    LockSupport.parkNanos(PACE_NANOS);
                }
            } catch (Throwable e) {
                failures.add(e);
            }
        });
    }

    private void act(ControlClient control, int client, String register, boolean write) {
        long invoked = System.nanoTime();
        if (write) {
            new Swap(client, register, invoked).run(control);
        } else {
            long seen = value(control.service(register).getSpec());
            record(register, client, new Operation.Read(seen), invoked, System.nanoTime());
        }
    }

    /** Reads, and writes what is next. */
    private final class Swap implements UnaryOperator<ServiceSpec> {
        private final int client;
        private final String register;
        private final long next = values.incrementAndGet();
        private final long begun;
        private long seen;
        private Optional<Long> decided = Optional.empty();

        private Swap(int client, String register, long begun) {
            this.client = client;
            this.register = register;
            this.begun = begun;
        }

        @Override
        public ServiceSpec apply(ServiceSpec current) {
            seen = value(current);
            long now = System.nanoTime();
            record(register, client, new Operation.Read(seen), begun, now);
            decided = Optional.of(now);
            return holding(current, next);
        }

        void run(ControlClient control) {
            try {
                control.update(register, this);
                ended(new Operation.Swap(seen, next, true), System.nanoTime());
            } catch (ControlException e) {
                if (!e.code().equals("aborted")) {
                    throw e;
                }
                ended(new Operation.Refused(seen), System.nanoTime());
            } catch (AssertionError e) {
                // No manager answered in time.
                ended(new Operation.Swap(seen, next, false), Long.MAX_VALUE);
            }
        }

        private void ended(Operation.Call call, long returned) {
            decided.ifPresent(invoked -> record(register, client, call, invoked, returned));
        }
    }

    private void record(String register, int client, Operation.Call call, long invoked, long returned) {
        Optional.ofNullable(histories.get(register)).orElseThrow().add(new Operation(client, call, invoked, returned));
    }

    /** Ends the clients; what they saw must be what one register each would have shown. Returns how many operations that were. */
    int assertLinearizable() {
        close();
        registers.forEach(cluster.control()::remove);
        assertThat(failures).as("failures of clients").isEmpty();
        histories.forEach((register, history) -> {
            assertThat(history).as("history of %s", register).isNotEmpty();
            assertThat(Linearizability.violation(List.copyOf(history), INITIAL)).as("what is wrong with %s", register)
                    .isEmpty();
        });
        return histories.values().stream().mapToInt(Queue::size).sum();
    }

    private static ServiceSpec holding(ServiceSpec spec, long value) {
        return spec.toBuilder().clearLabels()
                .addLabels(Label.newBuilder().setKey(LABEL).setValue(Long.toString(value))).build();
    }

    private static long value(ServiceSpec spec) {
        return Long.parseLong(spec.getLabels(0).getValue());
    }

    @Override
    public void close() {
        stopped = true;
        try {
            for (Thread client : clients) {
                client.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
