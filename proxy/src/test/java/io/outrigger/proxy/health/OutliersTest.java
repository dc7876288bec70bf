package io.outrigger.proxy.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.OutlierDetectionConfig;
import io.outrigger.config.Share;
import io.outrigger.proxy.balance.Ejection;
import io.outrigger.proxy.balance.Ejection.Reason;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.balance.EndpointSet;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is ejected, when and for how long. Time is a number. */
class OutliersTest {
    private static final Logger LOG = Logger.getLogger(Outliers.class.getName());
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long FAST = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long SLOW = TimeUnit.MILLISECONDS.toNanos(100);

    private EndpointSet endpoints = new EndpointSet();
    private final Set<Endpoint> ill = new HashSet<>();
    private final List<Reason> told = new ArrayList<>();
    private long now = -5 * SECOND; // a clock may be anywhere

    @BeforeAll
    static void logNothing() {
        LOG.setLevel(Level.OFF); // of some ten thousand ejections
    }

    @AfterAll
    static void logAgain() {
        LOG.setLevel(null);
    }

    private Outliers outliers(int count, OutlierDetectionConfig config) {
        endpoints = new EndpointSet();
        endpoints.replace(IntStream.rangeClosed(1, count)
                .mapToObj(i -> new Endpoint(
                        new InetSocketAddress(InetAddress.ofLiteral("10.0.0." + i), 80), "app:80", 1, Optional.empty()))
                .toList());
        Ejections ejections = new Ejections(endpoints);
        return new Outliers(
                "app", config, endpoints, ejections, ill::contains, (_, ejection) -> told.add(ejection.reason()));
    }

    private Outliers outliers(int count, int maxEjectedPercent) {
        return outliers(count, config(maxEjectedPercent));
    }

    private static OutlierDetectionConfig config(int maxEjectedPercent) {
        return new OutlierDetectionConfig(
                5,
                Duration.ofSeconds(10),
                3.5,
                20,
                Duration.ofSeconds(30),
                Duration.ofMinutes(2),
                new Share(maxEjectedPercent));
    }

    private Endpoint endpoint(int index) {
        return endpoints.current()[index];
    }

    private void fail(Outliers outliers, int index, int times) {
        for (int i = 0; i < times; i++) {
            outliers.failed(endpoint(index), now);
        }
    }

    private void serve(Outliers outliers, int index, int times, long latency) {
        for (int i = 0; i < times; i++) {
            outliers.good(endpoint(index), latency, now);
        }
    }

    private List<Integer> ejected() {
        return IntStream.range(0, endpoints.current().length)
                .filter(i -> endpoint(i).standing().ejected(now))
                .boxed()
                .toList();
    }

    /** How long the last ejection of an endpoint lasts. */
    private long seconds(int index) {
        Ejection ejection = endpoint(index).standing().ejection();
        assertThat(ejection).isNotNull();
        return (ejection.untilNanos() - ejection.sinceNanos()) / SECOND;
    }

    // ---- at once

    @Test
    void ejectsAtTheExactFailureAndNotWhenOneWasGoodInBetween() {
        Outliers outliers = outliers(3, 34);
        fail(outliers, 0, 4);
        serve(outliers, 0, 1, FAST);
        fail(outliers, 0, 4);
        assertThat(ejected()).isEmpty();
        fail(outliers, 0, 1);
        assertThat(ejected()).containsExactly(0);
        assertThat(told).containsExactly(Reason.CONSECUTIVE_FAILURES);
    }

    @Test
    void anEjectionEndsAtItsMomentAndLeavesNothingBehind() {
        Outliers outliers = outliers(2, 34);
        fail(outliers, 0, 5);
        fail(outliers, 0, 20); // what was under way
        now += 30 * SECOND - 1;
        assertThat(ejected()).containsExactly(0);
        now += 1;
        assertThat(ejected()).isEmpty();
        fail(outliers, 0, 4);
        outliers.compare(now);
        assertThat(ejected()).isEmpty();
        fail(outliers, 0, 1);
        assertThat(ejected()).containsExactly(0);
    }

    @Test
    void theNthEjectionLastsNTimesAsLongUpToTheMost() {
        Outliers outliers = outliers(2, 34);
        for (long expected : List.of(30L, 60L, 90L, 120L, 120L)) {
            fail(outliers, 0, 5);
            assertThat(seconds(0)).isEqualTo(expected);
            now += (expected + 1) * SECOND;
        }
    }

    @Test
    void oneEjectionIsForgottenForEachBaseTimeInPeace() {
        Outliers outliers = outliers(2, 34);
        fail(outliers, 0, 5);
        now += 30 * SECOND;
        fail(outliers, 0, 5);
        now += 60 * SECOND;
        fail(outliers, 0, 5);
        assertThat(seconds(0)).isEqualTo(90);
        now += 90 * SECOND + 59 * SECOND; // of which one base time is over
        fail(outliers, 0, 5);
        assertThat(seconds(0)).isEqualTo(90);
        now += 90 * SECOND + 3600 * SECOND;
        fail(outliers, 0, 5);
        assertThat(seconds(0)).isEqualTo(30);
    }

    // ---- how many

    @ParameterizedTest
    @CsvSource({
        "1, 100, 0",
        "2, 0, 1",
        "2, 34, 1",
        "2, 50, 1",
        "3, 34, 1",
        "3, 50, 1",
        "3, 66, 1",
        "3, 67, 2",
        "4, 50, 2",
        "5, 50, 2",
        "6, 34, 2",
        "10, 34, 3",
        "10, 30, 3",
        "10, 100, 10",
        "100, 29, 29"
    })
    void neverMoreThanTheShareButAlwaysOneOfTwo(int count, int percent, int most) {
        Outliers outliers = outliers(count, percent);
        for (int i = 0; i < count; i++) {
            fail(outliers, i, 6);
        }
        assertThat(ejected()).hasSize(most);
    }

    @Test
    void aPlaceThatIsFreeAgainGoesToTheNextFailure() {
        Outliers outliers = outliers(3, 34);
        fail(outliers, 0, 5);
        fail(outliers, 1, 7);
        assertThat(ejected()).containsExactly(0);
        now += 30 * SECOND;
        fail(outliers, 1, 1);
        assertThat(ejected()).containsExactly(1);
    }

    @Test
    void whenEndpointsLeaveTheOldestEjectionsEnd() {
        Outliers outliers = outliers(6, 50);
        for (int i : new int[] {2, 0, 1}) {
            fail(outliers, i, 5);
            now += SECOND;
        }
        assertThat(ejected()).containsExactly(0, 1, 2);
        endpoints.replace(List.of(endpoint(0), endpoint(1), endpoint(2), endpoint(5)));
        outliers.trim(now);
        assertThat(ejected()).as("two of four, the third went first").containsExactly(0, 1);
        endpoints.replace(List.of(endpoint(0)));
        outliers.trim(now);
        assertThat(ejected()).as("nobody is ejected that is alone").isEmpty();
    }

    @Test
    void nobodyIsEjectedWhileNobodyElseIsWell() {
        Outliers outliers = outliers(3, 67);
        ill.add(endpoint(0));
        fail(outliers, 1, 5);
        fail(outliers, 2, 5);
        assertThat(ejected()).containsExactly(1);
        ill.clear();
        fail(outliers, 2, 1);
        assertThat(ejected()).containsExactly(1, 2);
    }

    /** For every pattern of equally bad ones, whichever way they are bad. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 9, 10})
    void badOnesUpToHalfAreEjectedAndNoGoodOneIs(int count) {
        for (int pattern = 1; pattern < (1 << count) - 1; pattern++) {
            for (Reason how : Reason.values()) {
                Outliers outliers = outliers(count, 50);
                for (int i = 0; i < count; i++) {
                    boolean bad = (pattern >> i & 1) == 1;
                    switch (how) {
                        case CONSECUTIVE_FAILURES -> {
                            fail(outliers, i, bad ? 20 : 0);
                            serve(outliers, i, bad ? 0 : 20, FAST);
                        }
                        case SUCCESS_RATE -> {
                            for (int request = 0; request < 20; request++) { // never five in a row
                                fail(outliers, i, bad && request % 2 == 0 ? 1 : 0);
                                serve(outliers, i, bad && request % 2 == 0 ? 0 : 1, FAST);
                            }
                        }
                        case LATENCY -> serve(outliers, i, 20, bad ? SLOW : FAST);
                    }
                }
                outliers.compare(now);
                int ejected = 0;
                for (int i : ejected()) {
                    assertThat(pattern >> i & 1)
                            .as("endpoint %d of pattern %d", i, pattern)
                            .isEqualTo(1);
                    ejected++;
                }
                assertThat(ejected)
                        .as("%s of %d, pattern %d", how, count, pattern)
                        .isEqualTo(Math.min(Integer.bitCount(pattern), count / 2));
            }
        }
    }

    // ---- per interval

    @Test
    void whoHadTooFewRequestsIsNotComparedAndNoMeasureForOthers() {
        Outliers outliers = outliers(3, 34);
        for (int i = 0; i < 10; i++) {
            fail(outliers, 0, 1);
            serve(outliers, 0, 1, FAST);
        }
        serve(outliers, 1, 19, FAST);
        serve(outliers, 2, 19, FAST);
        outliers.compare(now);
        assertThat(ejected()).as("nobody to be held against").isEmpty();
    }

    @Test
    void anIntervalBeginsWithNothing() {
        Outliers outliers = outliers(2, 34);
        serve(outliers, 0, 19, SLOW);
        serve(outliers, 1, 30, FAST);
        outliers.compare(now);
        serve(outliers, 0, 19, SLOW);
        serve(outliers, 1, 30, FAST);
        outliers.compare(now);
        assertThat(ejected()).as("never 20 in one interval").isEmpty();
        serve(outliers, 0, 20, SLOW);
        serve(outliers, 1, 30, FAST);
        outliers.compare(now);
        assertThat(ejected()).containsExactly(0);
        assertThat(told).containsExactly(Reason.LATENCY);
    }

    @Test
    void theWorstGoFirst() {
        Outliers outliers = outliers(5, 20);
        for (int i = 0; i < 5; i++) {
            serve(outliers, i, 30, i == 1 ? 2 * SLOW : i == 3 ? 3 * SLOW : FAST);
        }
        outliers.compare(now);
        assertThat(ejected()).containsExactly(3);
    }

    @Test
    void failuresAreNoFastAnswers() {
        Outliers outliers = outliers(2, 34);
        for (int i = 0; i < 20; i++) { // half of them, and the others are good and fast
            fail(outliers, 0, i % 2);
            serve(outliers, 0, 1 - i % 2, FAST / 10);
            serve(outliers, 1, 1, SLOW);
        }
        outliers.compare(now);
        assertThat(ejected()).containsExactly(0);
        assertThat(told).containsExactly(Reason.SUCCESS_RATE);
    }

    @Test
    void whatIsGoneIsForgotten() {
        Outliers outliers = outliers(2, 34);
        Endpoint gone = endpoint(0);
        fail(outliers, 0, 4);
        endpoints.replace(List.of(endpoint(1)));
        outliers.failed(gone, now);
        outliers.compare(now);
        assertThat(gone.standing().ejection()).isNull();
        assertThat(told).isEmpty();
    }
}
