package dev.mure.cli.command.service;

import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Specs;
import dev.mure.v1.TaskSpec;

/** The flags for what a task may use and what is set aside for it. */
final class ResourceFlags {
    private static final long LEAST_NANO_CPUS = 1_000_000;
    private static final long LEAST_MEMORY_BYTES = 4L << 20;

    private ResourceFlags() {}

    static Specs declare(Specs specs) {
        return specs.value("--limit-cpu", "CPUS", "CPUs that a task may use, for example 0.5; 0 = no limit (default).")
                .value("--limit-memory", "BYTES",
                        "Memory that a task may use, for example 512M; 0 = no limit (default).")
                .value("--reserve-cpu", "CPUS", "CPUs that are set aside for a task on its node; 0 = none (default).")
                .value("--reserve-memory", "BYTES",
                        "Memory that is set aside for a task on its node; 0 = none (default).");
    }

    static void apply(Flags flags, TaskSpec.Builder task) {
        if (flags.has("--limit-cpu")) {
            task.getResourcesBuilder().getLimitsBuilder().setNanoCpus(nanoCpus(flags, "--limit-cpu"));
        }
        if (flags.has("--limit-memory")) {
            task.getResourcesBuilder().getLimitsBuilder().setMemoryBytes(memoryBytes(flags, "--limit-memory"));
        }
        if (flags.has("--reserve-cpu")) {
            task.getResourcesBuilder().getReservationsBuilder().setNanoCpus(nanoCpus(flags, "--reserve-cpu"));
        }
        if (flags.has("--reserve-memory")) {
            task.getResourcesBuilder().getReservationsBuilder().setMemoryBytes(memoryBytes(flags, "--reserve-memory"));
        }
    }

    private static long nanoCpus(Flags flags, String name) {
        long nanoCpus = flags.nanoCpus(name);
        if (nanoCpus != 0 && nanoCpus < LEAST_NANO_CPUS) {
            throw Flags.invalid(name, String.valueOf(flags.value(name)), "at least 0.001 CPUs, or 0 for none");
        }
        return nanoCpus;
    }

    private static long memoryBytes(Flags flags, String name) {
        long bytes = flags.bytes(name);
        if (bytes != 0 && bytes < LEAST_MEMORY_BYTES) {
            throw Flags.invalid(name, String.valueOf(flags.value(name)), "at least 4M, or 0 for none");
        }
        return bytes;
    }
}
