package io.outrigger.filter.slo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HistoryTest {
    private static final long SECOND = 1_000_000_000;
    private static final long BEGIN = Long.MAX_VALUE - 100 * SECOND; // the clock goes over on the way

    private final History history = new History(BEGIN);
    private long now = BEGIN;
    private long all;

    @Test
    void beforeAnythingHappensThereIsNothing() {
        assertThat(within(SloWindow.FIVE_MINUTES)).isZero();
        now += Duration.ofDays(10).toNanos();
        assertThat(within(SloWindow.FIVE_MINUTES)).isZero();
        assertThat(within(SloWindow.THREE_DAYS)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void whatHappenedOnceIsSeenForAsLongAsTheWindowIsAndAMarkMore(SloWindow window) {
        now += 7 * SECOND;
        happens(3);
        long mark = (window.compareTo(SloWindow.TWO_HOURS) <= 0 ? 5 : 300) * SECOND;
        now += window.length().toNanos() - 7 * SECOND;
        assertThat(within(window)).as("at the end").isEqualTo(3);
        now += 2 * mark;
        assertThat(within(window)).as("after it").isZero();
        now += Duration.ofDays(30).toNanos();
        assertThat(within(window)).as("long after it").isZero();
    }

    @Test
    void aWindowThatIsLongerThanTheHistorySeesAllOfIt() {
        happens(1);
        now += 20 * SECOND;
        happens(2);
        assertThat(within(SloWindow.THREE_DAYS)).isEqualTo(3);
        assertThat(history.age(now)).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void aPauseWithoutAnyoneWhoCountsIsAPauseInAllWindows() {
        happens(5);
        now += Duration.ofHours(1).toNanos();
        happens(1);
        assertThat(within(SloWindow.FIVE_MINUTES)).isEqualTo(1);
        assertThat(within(SloWindow.TWO_HOURS)).isEqualTo(6);
        now += Duration.ofHours(3).toNanos();
        assertThat(within(SloWindow.TWO_HOURS)).isZero();
        assertThat(within(SloWindow.SIX_HOURS)).isEqualTo(6);
    }

    /** Held against a list of all that happened: exact to the mark before the window. */
    @Test
    void fourDaysOfTrafficAreCountedExactly() {
        SplittableRandom random = new SplittableRandom(1);
        List<long[]> events = new ArrayList<>(); // when and how many
        while (now - BEGIN < Duration.ofDays(4).toNanos()) {
            now += random.nextInt(20) == 0 ? random.nextLong(4 * 3600 * SECOND) : random.nextLong(300 * SECOND);
            int many = random.nextInt(1, 10);
            happens(many);
            events.add(new long[] {now, many});
            for (SloWindow window : SloWindow.values()) {
                long mark = (window.compareTo(SloWindow.TWO_HOURS) <= 0 ? 5 : 300) * SECOND;
                long from = Math.max(0, now - BEGIN - window.length().toNanos()) / mark * mark;
                long expected = events.stream()
                        .filter(event -> event[0] - BEGIN >= from)
                        .mapToLong(event -> event[1])
                        .sum();
                assertThat(within(window)).as(window + " at " + (now - BEGIN)).isEqualTo(expected);
            }
        }
    }

    private void happens(int many) {
        if (now - history.nextNanos() >= 0) {
            history.keep(counts(), now);
        }
        all += many;
    }

    private Counts counts() {
        return new Counts(all, 0, 0);
    }

    private long within(SloWindow window) {
        return history.within(window.length(), counts(), now).all();
    }
}
