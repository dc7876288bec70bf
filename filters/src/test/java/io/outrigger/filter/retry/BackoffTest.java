package io.outrigger.filter.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.BackoffConfig;
import io.outrigger.config.BackoffConfig.Jitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pauses of 25 ms that double up to 250 ms, drawn lowest and highest. */
class BackoffTest {
    private static final LongUnaryOperator LOWEST = bound -> 0;
    private static final LongUnaryOperator HIGHEST = bound -> bound - 1;
    private static final long MILLI = 1_000_000;

    @ParameterizedTest
    @CsvSource({
        // after attempt, none, full, equal: each from, to
        "1,  25,   0, 25,   12.5, 25",
        "2,  50,   0, 50,   25, 50",
        "3,  100,  0, 100,  50, 100",
        "4,  200,  0, 200,  100, 200",
        "5,  250,  0, 250,  125, 250",
        "9,  250,  0, 250,  125, 250",
        "10, 250,  0, 250,  125, 250",
    })
    void pausesDoubleUpToTheLimitAndAreThenDrawn(
            int attempt, double none, double fullFrom, double fullTo, double equalFrom, double equalTo) {
        assertThat(pause(Jitter.NONE, LOWEST, attempt)).isEqualTo(millis(none));
        assertThat(pause(Jitter.NONE, HIGHEST, attempt)).isEqualTo(millis(none));
        assertThat(pause(Jitter.FULL, LOWEST, attempt)).isEqualTo(millis(fullFrom));
        assertThat(pause(Jitter.FULL, HIGHEST, attempt)).isEqualTo(millis(fullTo));
        assertThat(pause(Jitter.EQUAL, LOWEST, attempt)).isEqualTo(millis(equalFrom));
        assertThat(pause(Jitter.EQUAL, HIGHEST, attempt)).isEqualTo(millis(equalTo));
    }

    @ParameterizedTest
    @CsvSource({
        // last pause, from, to
        "0,   25, 75",
        "25,  25, 75",
        "75,  25, 225",
        "84,  25, 250",
        "250, 25, 250",
    })
    void decorrelatedPausesGrowFromTheLastOne(long last, long from, long to) {
        assertThat(backoff(Jitter.DECORRELATED, LOWEST).pauseNanos(2, last * MILLI))
                .isEqualTo(from * MILLI);
        assertThat(backoff(Jitter.DECORRELATED, HIGHEST).pauseNanos(2, last * MILLI))
                .isEqualTo(to * MILLI);
    }

    @Test
    void theLimitHoldsBeforeTheDrawSoThatPausesStayApart() {
        SplittableRandom random = new SplittableRandom(4);
        for (Jitter jitter : List.of(Jitter.FULL, Jitter.EQUAL, Jitter.DECORRELATED)) {
            Backoff backoff = backoff(jitter, random::nextLong);
            int atTheLimit = 0;
            for (int i = 0; i < 1000; i++) {
                if (backoff.pauseNanos(10, 250 * MILLI) > 249 * MILLI) {
                    atTheLimit++;
                }
            }
            assertThat(atTheLimit).as(jitter.name()).isLessThan(30);
        }
    }

    @Test
    void theLongestPausesDoNotOverflow() {
        Duration hour = Duration.ofHours(1);
        for (Jitter jitter : Jitter.values()) {
            Backoff backoff = Backoff.of(new BackoffConfig(hour, hour, jitter), HIGHEST);
            assertThat(backoff.pauseNanos(10, hour.toNanos())).isEqualTo(hour.toNanos());
        }
    }

    /**
     * Marc Brooker's experiment: clients that write by compare and set, all beginning at once; whoever finds that
     * somebody else has written meanwhile backs off. The fewer calls until all have written, the better.
     */
    @Test
    void jitterSavesWorkInTheOrderThatBrookerFound() {
        Map<Jitter, Integer> calls = new EnumMap<>(Jitter.class);
        for (Jitter jitter : Jitter.values()) {
            SplittableRandom random = new SplittableRandom(2015);
            int sum = 0;
            for (int round = 0; round < 20; round++) {
                sum += callsUntilAllHaveWritten(jitter, random);
            }
            calls.put(jitter, sum);
        }
        assertThat(calls.get(Jitter.NONE)).isGreaterThan(calls.get(Jitter.EQUAL));
        assertThat(calls.get(Jitter.EQUAL)).isGreaterThan(calls.get(Jitter.FULL));
        assertThat(calls.get(Jitter.EQUAL)).isGreaterThan(calls.get(Jitter.DECORRELATED));
    }

    private static int callsUntilAllHaveWritten(Jitter jitter, SplittableRandom random) {
        record Write(long arrives, long seenVersion, int client) {}
        Backoff backoff = new Backoff(5 * MILLI, 2000 * MILLI, jitter, random::nextLong);
        int clients = 60;
        int[] attempts = new int[clients];
        long[] lastPause = new long[clients];
        PriorityQueue<Write> writes = new PriorityQueue<>((a, b) -> Long.compare(a.arrives, b.arrives));
        List<Long> versions = new ArrayList<>(); // when each write succeeded
        for (int client = 0; client < clients; client++) {
            writes.add(new Write(travel(random), 0, client));
        }
        int calls = 0;
        while (versions.size() < clients) {
            Write write = writes.remove();
            calls++;
            if (write.seenVersion < 0 ? seen(versions, -write.seenVersion) == versions.size() : versions.isEmpty()) {
                versions.add(write.arrives);
                continue;
            }
            int client = write.client;
            long pause = backoff.pauseNanos(Math.min(++attempts[client], 20), lastPause[client]);
            lastPause[client] = pause;
            long reads = write.arrives + pause + travel(random);
            writes.add(new Write(reads + travel(random), -reads, client));
        }
        return calls;
    }

    /** How many writes had succeeded by that time. */
    private static int seen(List<Long> versions, long time) {
        int count = versions.size();
        while (count > 0 && versions.get(count - 1) > time) {
            count--;
        }
        return count;
    }

    private static long travel(SplittableRandom random) {
        return random.nextLong(2 * MILLI, 8 * MILLI);
    }

    private static long pause(Jitter jitter, LongUnaryOperator random, int attempt) {
        return backoff(jitter, random).pauseNanos(attempt, 0);
    }

    private static Backoff backoff(Jitter jitter, LongUnaryOperator random) {
        return Backoff.of(new BackoffConfig(Duration.ofMillis(25), Duration.ofMillis(250), jitter), random);
    }

    private static long millis(double millis) {
        return (long) (millis * MILLI);
    }
}
