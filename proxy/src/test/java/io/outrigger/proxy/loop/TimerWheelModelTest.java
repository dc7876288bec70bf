package io.outrigger.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Loop.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The wheel beside a plain list: timers of all distances, called off, added by tasks, over gaps short and long. */
class TimerWheelModelTest {
    private static final long TICK = 1 << 20;
    private static final long[] DISTANCES = {
        1000, TICK, 40 * TICK, 1023 * TICK, 1024 * TICK, 3000 * TICK, 1024 * 1024 * TICK, 3L * 1024 * 1024 * TICK
    };

    /** A timer of the model. */
    private record Entry(int number, long due, Timer timer) {}

    static IntStream seeds() {
        return IntStream.range(0, 60);
    }

    private final List<Entry> waiting = new ArrayList<>();
    private final List<Long> ran = new ArrayList<>(); // the due times of what the current run has run, in order
    private Random random;
    private TimerWheel wheel;
    private long now;
    private int numbers;

    @ParameterizedTest
    @MethodSource("seeds")
    void runsEveryTimerOnceInOrderAndNeverEarly(int seed) {
        begin(seed);
        for (int step = 0; step < 400; step++) {
            switch (random.nextInt(5)) {
                case 0, 1 -> add();
                case 2 -> cancelOne();
                default -> run(random.nextInt(4) == 0 ? now + distance() : soonest());
            }
        }
        while (wheel.size() > 0) {
            run(soonest());
        }
        assertThat(waiting).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void isAtMostATickLateWhenItIsRunWhenItAsks(int seed) {
        begin(seed);
        for (int i = 0; i < 50; i++) {
            add();
        }
        int runs = 0;
        while (wheel.size() > 0) {
            now = wheel.nextNanos();
            ran.clear();
            wheel.run(now);
            for (long due : ran) {
                assertThat(now - due).isBetween(0L, TICK);
            }
            if (runs++ < 300 && random.nextBoolean()) {
                add();
            }
            assertThat(runs).as("it asks to be run in vain").isLessThan(20_000);
        }
        assertThat(waiting).isEmpty();
    }

    private void begin(int seed) {
        random = new Random(seed);
        now = random.nextLong() >> 2;
        wheel = new TimerWheel(now);
    }

    private void add() {
        int number = numbers++;
        long due = now + distance();
        waiting.add(new Entry(number, due, wheel.add(now, due, () -> ranOne(number))));
    }

    private void ranOne(int number) {
        Entry entry =
                waiting.stream().filter(one -> one.number == number).findAny().orElseThrow();
        waiting.remove(entry);
        ran.add(entry.due);
        if (random.nextInt(3) == 0) {
            cancelOne();
        }
        if (random.nextInt(3) == 0) {
            add();
        }
    }

    private void cancelOne() {
        if (!waiting.isEmpty()) {
            waiting.remove(random.nextInt(waiting.size())).timer.cancel();
        }
    }

    private void run(long time) {
        Set<Integer> before = new HashSet<>();
        waiting.forEach(entry -> before.add(entry.number));
        now = time;
        ran.clear();
        wheel.run(now);

        assertThat(wheel.size()).isEqualTo(waiting.size());
        assertThat(ran).allMatch(due -> due <= now, "not early");
        for (int i = 1; i < ran.size(); i++) {
            assertThat(ran.get(i)).as("in order, to a tick").isGreaterThan(ran.get(i - 1) - TICK);
        }
        assertThat(waiting.stream().filter(entry -> before.contains(entry.number) && entry.due <= now - TICK))
                .as("forgotten at %s", Duration.ofNanos(now))
                .isEmpty();
        long next = waiting.stream().mapToLong(Entry::due).min().orElse(TimerWheel.NEVER);
        if (next == TimerWheel.NEVER) {
            assertThat(wheel.nextNanos()).isEqualTo(TimerWheel.NEVER);
        } else {
            assertThat(wheel.nextNanos()).isLessThanOrEqualTo(Math.max(next, now) + TICK);
        }
    }

    private long soonest() {
        long next = wheel.nextNanos();
        return next == TimerWheel.NEVER ? now + distance() : Math.max(next, now);
    }

    private long distance() {
        return random.nextLong(DISTANCES[random.nextInt(DISTANCES.length)]);
    }
}
