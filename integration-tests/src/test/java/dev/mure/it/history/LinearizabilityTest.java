package dev.mure.it.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {

    @Test
    void oneAfterTheOther() {
        assertHolds(read(0, 0, 1), swap(0, 1, 2, 3), read(1, 4, 5), swap(1, 2, 6, 7), read(2, 8, 9));
    }

    @Test
    void aReadDuringAWriteMaySeeEither() {
        assertHolds(swap(0, 1, 0, 10), read(0, 1, 2), read(1, 3, 4));
        assertHolds(swap(0, 1, 0, 10), read(1, 1, 2));
    }

    @Test
    void noReadGoesBack() {
        assertFails(swap(0, 1, 0, 10), read(1, 1, 2), read(0, 3, 4));
    }

    @Test
    void aStaleReadIsFound() {
        assertFails(swap(0, 1, 0, 1), read(0, 2, 3));
    }

    @Test
    void aLostWriteIsFound() {
        assertFails(swap(0, 1, 0, 1), swap(0, 2, 2, 3), read(2, 4, 5));
    }

    @Test
    void onlyOneOfTwoThatExpectTheSameSucceeds() {
        assertHolds(swap(0, 1, 0, 10), refused(0, 0, 10), read(1, 11, 12));
        assertFails(swap(0, 1, 0, 10), swap(0, 2, 0, 10));
    }

    @Test
    void aRefusalNeedsAReason() {
        assertFails(read(0, 0, 1), refused(0, 2, 3), read(0, 4, 5));
    }

    @Test
    void aWriteWithoutAnswerMayTakeEffectLateOrNever() {
        assertHolds(unanswered(0, 1, 0), read(0, 1, 2), read(0, 3, 4));
        assertHolds(unanswered(0, 1, 0), read(0, 1, 2), read(1, 3, 4));
        assertFails(unanswered(0, 1, 0), read(1, 1, 2), read(0, 3, 4));
        assertFails(read(1, 0, 1), unanswered(0, 1, 2));
    }

    /** Makes histories of a register that works, with as many clients as there are at most in a test. */
    @Test
    void historiesOfAWorkingRegisterHold() {
        for (int seed = 0; seed < 200; seed++) {
            assertThat(Linearizability.violation(working(new Random(seed), 400), 0)).as("seed %s", seed).isEmpty();
        }
    }

    @Test
    void oneForgedReadIsFoundInALongHistory() {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            List<Operation> history = working(random, 400);
            int forged = 200 + random.nextInt(100);
            while (!(history.get(forged).call() instanceof Operation.Read)) {
                forged++;
            }
            Operation read = history.get(forged);
            history.set(forged,
                    new Operation(read.client(), new Operation.Read(1_000_000), read.invoked(), read.returned()));
            assertThat(Linearizability.violation(history, 0)).as("seed %s", seed).isPresent();
        }
    }

    private static List<Operation> working(Random random, int count) {
        List<Operation> history = new ArrayList<>();
        long[] freeFrom = new long[6];
        long value = 0;
        for (int i = 1; i <= count; i++) {
            long moment = i * 100L;
            int client = free(freeFrom, moment, random);
            if (client < 0) {
                continue;
            }
            long invoked = Math.max(freeFrom[client], moment - random.nextInt(300));
            long returned = moment + random.nextInt(300);
            freeFrom[client] = returned + 1;
            Operation.Call call = switch (random.nextInt(5)) {
                case 0 -> new Operation.Swap(value, i, true);
                case 1 -> new Operation.Refused(-i);
                case 2 -> new Operation.Swap(value, i, false);
                default -> new Operation.Read(value);
            };
            if (!call.certain()) {
                returned = Long.MAX_VALUE;
            }
            boolean takesEffect = call instanceof Operation.Swap && (call.certain() || random.nextBoolean());
            value = takesEffect ? i : value;
            history.add(new Operation(client, call, invoked, returned));
        }
        return history;
    }

    private static int free(long[] freeFrom, long moment, Random random) {
        List<Integer> free = new ArrayList<>();
        for (int client = 0; client < freeFrom.length; client++) {
            if (freeFrom[client] <= moment) {
                free.add(client);
            }
        }
        Collections.shuffle(free, random);
        return free.isEmpty() ? -1 : free.getFirst();
    }

    private static Operation read(long seen, long invoked, long returned) {
        return new Operation(0, new Operation.Read(seen), invoked, returned);
    }

    private static Operation swap(long expected, long next, long invoked, long returned) {
        return new Operation(0, new Operation.Swap(expected, next, true), invoked, returned);
    }

    private static Operation refused(long expected, long invoked, long returned) {
        return new Operation(0, new Operation.Refused(expected), invoked, returned);
    }

    private static Operation unanswered(long expected, long next, long invoked) {
        return new Operation(0, new Operation.Swap(expected, next, false), invoked, Long.MAX_VALUE);
    }

    private static void assertHolds(Operation... operations) {
        assertThat(Linearizability.violation(Arrays.asList(operations), 0)).isEmpty();
    }

    private static void assertFails(Operation... operations) {
        assertThat(Linearizability.violation(Arrays.asList(operations), 0)).isPresent();
    }
}
