package io.outrigger.filter.slo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.outrigger.config.Share;
import io.outrigger.config.SloConfig;
import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Outcome;
import io.outrigger.filter.slo.Slo.Sli;
import io.outrigger.filter.slo.Slo.State;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SloTest {
    private long now = 5;
    private final ServiceLevel level = new ServiceLevel(2, now);
    private final Slo slo = slo(Duration.ofDays(30));

    @Test
    void withoutTrafficAllOfTheBudgetIsThere() {
        for (Sli sli : slo.slis()) {
            assertThat(sli.budgetRemaining()).isEqualTo(1);
            assertThat(sli.burnRates()).hasSize(7).allSatisfy((_, rate) -> assertThat(rate)
                    .isZero());
            assertThat(sli.state()).isEqualTo(State.OK);
        }
        assertThat(slo.exhausted()).isFalse();
        assertThat(slo.names()).containsExactly("availability", "latency");
    }

    @Test
    void theBurnRateIsTheShareOfFailuresOverTheShareThatMayFail() {
        happen(9_996, true, true);
        happen(4, false, true); // 0.04 % of 0.1 % that may
        Sli availability = slo.slis().getFirst();
        assertThat(availability.good()).isEqualTo(9_996);
        assertThat(availability.bad()).isEqualTo(4);
        assertThat(availability.burnRates().get(SloWindow.HOUR)).isCloseTo(0.4, within(1e-9));
        assertThat(availability.budgetRemaining()).isCloseTo(0.6, within(1e-9));
        assertThat(availability.state()).isEqualTo(State.OK);
    }

    @Test
    void whatFailsIsNotFastEither() {
        happen(98, true, true);
        happen(1, true, false);
        happen(1, false, true);
        Sli latency = slo.slis().get(1);
        assertThat(latency.bad()).isEqualTo(2);
        assertThat(latency.budgetRemaining()).isCloseTo(-1, within(1e-9)); // twice of 1 % that may be slow
        assertThat(latency.state()).isEqualTo(State.EXHAUSTED);
    }

    @Test
    void aBudgetIsExhaustedWhenAllOfItIsUsedAndNotBefore() {
        happen(9_990, true, true);
        happen(9, false, true);
        assertThat(slo.state()).isNotEqualTo(State.EXHAUSTED);
        happen(1, false, true);
        now += 1_000_000_000;
        assertThat(slo.exhausted()).isTrue();
        now += Duration.ofDays(4).toNanos();
        assertThat(slo.exhausted()).as("four days later").isFalse();
    }

    @Test
    void thatABudgetIsExhaustedIsFoundOutOnceASecond() {
        assertThat(slo.exhausted()).isFalse();
        happen(1, false, false);
        now += 999_999_999;
        assertThat(slo.exhausted()).isFalse();
        now += 1;
        assertThat(slo.exhausted()).isTrue();
    }

    @Test
    void aPromiseForAShortTimeHasABudgetForThatTime() {
        Slo hourly = slo(Duration.ofHours(1));
        happen(10, false, true);
        now += Duration.ofHours(2).toNanos();
        happen(10, true, true);
        assertThat(hourly.slis().getFirst().budgetRemaining()).isEqualTo(1);
        assertThat(slo.slis().getFirst().budgetRemaining()).isLessThan(0);
    }

    @ParameterizedTest
    @CsvSource({
        // 5m,  30m,   1h,   6h, remaining, state
        "14.4, 0, 14.4, 0, 0.5, WARN",
        "14.3, 0, 14.4, 0, 0.5, OK",
        "14.4, 0, 14.3, 0, 0.5, OK",
        "0, 6, 0, 6, 0.5, WARN",
        "0, 6, 0, 5.9, 0.5, OK",
        "0, 5.9, 0, 6, 0.5, OK",
        "0, 0, 0, 0, 0.01, OK",
        "0, 0, 0, 0, 0, EXHAUSTED",
        "99, 99, 99, 99, -3, EXHAUSTED",
    })
    void howItStandsGoesByTwoWindowsAndWhatIsLeft(
            double five, double thirty, double hour, double six, double remaining, State expected) {
        Map<SloWindow, Double> burns = new EnumMap<>(Map.of(
                SloWindow.FIVE_MINUTES,
                five,
                SloWindow.HALF_AN_HOUR,
                thirty,
                SloWindow.HOUR,
                hour,
                SloWindow.SIX_HOURS,
                six));
        assertThat(Slo.state(remaining, burns)).isEqualTo(expected);
    }

    @Test
    void goodIsWhatIsNoFaultOfTheRoute() {
        assertThat(SloFilter.isGood(Outcome.complete(200), "")).isTrue();
        assertThat(SloFilter.isGood(Outcome.complete(404), "")).isTrue();
        assertThat(SloFilter.isGood(Outcome.complete(429), ""))
                .as("by the upstream")
                .isTrue();
        assertThat(SloFilter.isGood(Outcome.complete(500), "")).isFalse();
        assertThat(SloFilter.isGood(Outcome.complete(200), "stale")).isFalse();
        assertThat(SloFilter.isGood(failed(0, Kind.CLIENT_GONE), "")).isTrue();
        assertThat(SloFilter.isGood(failed(0, Kind.RATE_LIMITED), "")).isFalse();
        assertThat(SloFilter.isGood(failed(0, Kind.CIRCUIT_OPEN), "")).isFalse();
        assertThat(SloFilter.isGood(failed(200, Kind.RESPONSE_CUT), "")).isFalse();
        assertThat(SloFilter.isGood(failed(0, Kind.BAD_REQUEST), "")).isTrue();
        assertThat(SloFilter.isGood(failed(0, Kind.LOOP_DETECTED), ""))
                .as("a 502, whoever made the loop")
                .isFalse();
    }

    private static Outcome failed(int status, Kind kind) {
        return new Outcome(status, Failure.of(kind, "by the test").delivered(Delivery.NOT_SENT));
    }

    private void happen(int many, boolean good, boolean fast) {
        for (int i = 0; i < many; i++) {
            level.count(i % 2, good, fast, now);
        }
    }

    private Slo slo(Duration window) {
        SloConfig.Latency latency = new SloConfig.Latency(new Share(99), Duration.ofMillis(300));
        return new Slo("charge", new SloConfig(new Share(99.9), Optional.of(latency), window), level, () -> now);
    }
}
