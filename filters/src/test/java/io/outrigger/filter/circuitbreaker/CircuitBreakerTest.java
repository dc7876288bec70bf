package io.outrigger.filter.circuitbreaker;

import static io.outrigger.filter.circuitbreaker.Verdict.FAILED;
import static io.outrigger.filter.circuitbreaker.Verdict.GOOD;
import static io.outrigger.filter.circuitbreaker.Verdict.NEUTRAL;
import static io.outrigger.filter.circuitbreaker.Verdict.SLOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.CircuitBreakerConfig;
import io.outrigger.config.CircuitBreakerConfig.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The states of one circuit and what leads from one to the next, as arithmetic. */
class CircuitBreakerTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;
    private static final CircuitConfigs USUAL = CircuitConfigs.usual();

    private final Transitions transitions = new Transitions();
    private CircuitBreakerConfig config = USUAL.make();
    private long drawn; // 0 to 400: what chance makes of 20 % either way, in thousandths
    private long now = -3 * SECOND; // the clock may begin anywhere
    private CircuitBreaker circuit = fresh();

    private CircuitBreaker fresh() {
        return new CircuitBreaker("route r", transitions, bound -> (bound - 1) * drawn / 400, config, now);
    }

    private CircuitBreaker with(CircuitConfigs configs) {
        config = configs.make();
        circuit = fresh();
        return circuit;
    }

    // ---- when it opens

    @ParameterizedTest
    @CsvSource({
        // verdicts of calls: good, failed, slow, neutral; the number of the call that opens it, 0 for none
        "FFFGG, 5", // resilience4j: 60 % of the minimum, reached by a good call
        "FFFFG, 5",
        "GGGFF, 0",
        "GFGFGF, 6", // the threshold itself opens
        "FGGFGGFGGFG, 0", // 40 %
        "FFFFNNNN, 0", // neutral ones are no calls
        "NFNFNFNGNG, 10",
        "GGGGGGGGGGGGGGGGGGGGFFFFF, 25", // old ones are forgotten
        "GGGGGGGGGGFFFFGF, 16",
        "FFGGGGGGGGGGFFFFF, 17",
        "FFFF, 0",
    })
    void opensAtTheCallThatTheWindowSays(String calls, int opening) {
        assertThat(openingCall(calls)).isEqualTo(opening);
    }

    @ParameterizedTest
    @CsvSource({"FF, 0", "FFF, 3", "FFGFF, 0", "FFGFFF, 6", "FFNF, 4", "FFSF, 0"})
    void opensAfterFailuresInARowWhateverTheRate(String calls, int opening) {
        with(USUAL.from(100, 100).inARow(3));
        assertThat(openingCall(calls)).isEqualTo(opening);
    }

    @ParameterizedTest
    @CsvSource({"SSSSG, 5", "SSSGG, 0", "SSSSFG, 5", "SSGSGGSSSS, 0", "SSSSN, 0", "GSSSS, 5"})
    void opensWhenTooManyAreSlow(String calls, int opening) {
        with(USUAL.slow(Duration.ofSeconds(1), 80));
        assertThat(openingCall(calls)).isEqualTo(opening);
    }

    @Test
    void slowCallsCountForNothingWhereNobodyAsks() {
        assertThat(openingCall("SSSSSSSSSS")).isZero();
    }

    @Test
    void aMinimumAboveTheWindowIsNeverReached() {
        with(USUAL.from(11, 50)); // the check warns of it
        assertThat(openingCall("F".repeat(30))).isZero();
    }

    @Test
    void ratesWithAFractionAreExact() {
        with(USUAL.over(new Window.Calls(1000)).from(1000, 12.3));
        assertThat(openingCall("F".repeat(122) + "G".repeat(900))).isZero();
        with(USUAL.over(new Window.Calls(1000)).from(1000, 12.3));
        assertThat(openingCall("F".repeat(123) + "G".repeat(877))).isEqualTo(1000);
    }

    @Test
    void aTimeWindowForgetsBySeconds() {
        with(USUAL.over(new Window.Time(Duration.ofSeconds(3))));
        long start = now;
        assertThat(openingCall("FFFF")).isZero();
        now = start + 3 * SECOND - 1;
        assertThat(openingCall("GGGGG")).as("4 of the 5 are still there").isEqualTo(1);

        with(USUAL.over(new Window.Time(Duration.ofSeconds(3))));
        start = now;
        assertThat(openingCall("FFFF")).isZero();
        now = start + 3 * SECOND;
        assertThat(openingCall("GFGFG")).as("the first second is forgotten").isZero();
    }

    @Test
    void goodCallsThatAreForgottenLeaveTheRateHigher() {
        with(USUAL.over(new Window.Time(Duration.ofSeconds(3))));
        long start = now;
        assertThat(openingCall("GGGGGGGGGG")).isZero();
        now = start + 2 * SECOND;
        assertThat(openingCall("GGFFFF")).isZero();
        now = start + 3 * SECOND;
        assertThat(openingCall("G")).as("4 of 7 calls").isEqualTo(1);
    }

    @Test
    void aLoopThatIsBehindMovesNothingBack() {
        with(USUAL.over(new Window.Time(Duration.ofSeconds(3))));
        now += 2 * SECOND;
        assertThat(openingCall("FFFF")).isZero();
        now -= SECOND;
        assertThat(openingCall("F")).isEqualTo(1);
    }

    // ---- open

    @Test
    void anOpenOneRefusesUntilItsTimeIsOver() {
        open();
        now += 4 * SECOND - 1; // 20 % less, by chance
        assertThat(circuit.tryEnter(config, now)).isNull();
        assertThat(circuit.refusesForNanos(now)).isEqualTo(1);
        now += 1;
        assertThat(circuit.tryEnter(config, now)).isNotNull();
        assertThat(circuit.phase(now)).isEqualTo(Phase.HALF_OPEN);
    }

    @Test
    void staysOpenTwiceAsLongEachTimeUpToALimitThatChanceDoesNotPass() {
        with(USUAL.openFor(Duration.ofSeconds(5), Duration.ofSeconds(30)));
        drawn = 200;
        assertThat(openTimes(5)).containsExactly(5000L, 10_000L, 20_000L, 30_000L, 30_000L);
        with(USUAL.openFor(Duration.ofSeconds(5), Duration.ofSeconds(30)));
        drawn = 400;
        assertThat(openTimes(4)).containsExactly(6000L, 12_000L, 24_000L, 30_000L);
        with(USUAL.openFor(Duration.ofSeconds(5), Duration.ofSeconds(30)));
        drawn = 0;
        assertThat(openTimes(4)).containsExactly(4000L, 8000L, 16_000L, 24_000L);
    }

    @Test
    void aMinuteClosedMakesTheOpenTimeShortAgain() {
        drawn = 200;
        open();
        close();
        now += 60 * SECOND - 1;
        open();
        assertThat(circuit.refusesForNanos(now)).as("less than a minute").isEqualTo(10 * SECOND);
        close();
        now += 60 * SECOND;
        open();
        assertThat(circuit.refusesForNanos(now)).as("a minute").isEqualTo(5 * SECOND);
    }

    @Test
    void theLongestOpenTimesDoNotOverflow() {
        with(USUAL.openFor(Duration.ofHours(24), Duration.ofHours(24)));
        drawn = 400;
        assertThat(openTimes(80)).allMatch(millis -> millis == 24 * 3600 * 1000);
    }

    // ---- half-open

    @Test
    void aHalfOpenOneLendsSoManyLeasesAndClosesAtTheSuccesses() {
        List<State> leases = halfOpen(3);
        assertThat(circuit.tryEnter(config, now)).isNull();
        settle(leases.get(0), GOOD);
        assertThat(circuit.tryEnter(config, now)).as("what ended is used up").isNull();
        settle(leases.get(1), GOOD);
        assertThat(circuit.phase(now)).isEqualTo(Phase.CLOSED);
        settle(leases.get(2), FAILED);
        assertThat(circuit.report(now).calls()).as("of the state before").isZero();
    }

    @Test
    void aHalfOpenOneOpensAgainAsSoonAsTheSuccessesAreOutOfReach() {
        List<State> leases = halfOpen(3);
        settle(leases.get(0), FAILED);
        assertThat(circuit.phase(now)).isEqualTo(Phase.HALF_OPEN);
        settle(leases.get(1), SLOW);
        assertThat(circuit.phase(now)).as("one left where two are needed").isEqualTo(Phase.OPEN);
    }

    @Test
    void aLeaseThatEndsNeutralIsLentAgain() {
        List<State> leases = halfOpen(3);
        for (int i = 0; i < 1000; i++) {
            settle(leases.removeFirst(), NEUTRAL);
            State again = circuit.tryEnter(config, now);
            assertThat(again).isNotNull();
            leases.add(again);
            assertThat(circuit.tryEnter(config, now)).isNull();
        }
        settle(leases.get(0), GOOD);
        settle(leases.get(1), GOOD);
        assertThat(circuit.phase(now)).isEqualTo(Phase.CLOSED);
    }

    @Test
    void aProbeWhoseResponseIsCutWasNone() {
        List<State> leases = halfOpen(3);
        settle(leases.get(0), GOOD);
        circuit.cut(leases.get(0), GOOD, config, now);
        settle(leases.get(1), GOOD);
        assertThat(circuit.phase(now)).isEqualTo(Phase.HALF_OPEN);
        settle(leases.get(2), FAILED);
        assertThat(circuit.phase(now)).isEqualTo(Phase.OPEN);
    }

    @Test
    void aSlowProbeThatIsCutIsOneProbe() {
        List<State> leases = halfOpen(3);
        settle(leases.get(0), SLOW);
        circuit.cut(leases.get(0), SLOW, config, now);
        settle(leases.get(1), GOOD);
        assertThat(circuit.phase(now)).as("two are left where two are needed").isEqualTo(Phase.HALF_OPEN);
        settle(leases.get(2), GOOD);
        assertThat(circuit.phase(now)).isEqualTo(Phase.CLOSED);
    }

    @Test
    void aReloadThatLeavesFewerCallsToTryDoesNotGetStuck() {
        List<State> leases = halfOpen(3);
        settle(leases.get(0), GOOD);
        settle(leases.get(1), NEUTRAL);
        settle(leases.get(2), NEUTRAL);
        config = USUAL.trying(1, 1).make();
        assertThat(circuit.tryEnter(config, now)).isNotNull();
        assertThat(circuit.phase(now)).isEqualTo(Phase.CLOSED);

        circuit = fresh();
        config = USUAL.make();
        leases = halfOpen(3);
        settle(leases.get(0), FAILED);
        settle(leases.get(1), NEUTRAL);
        settle(leases.get(2), NEUTRAL);
        config = USUAL.trying(1, 1).make();
        assertThat(circuit.tryEnter(config, now)).isNull();
        assertThat(circuit.phase(now)).isEqualTo(Phase.OPEN);
    }

    // ---- permits and their states

    @Test
    void aResultCountsOnlyForTheStateThatLetItsCallThrough() {
        State early = circuit.tryEnter(config, now);
        assertThat(early).isNotNull();
        open();
        List<State> leases = halfOpenFromOpen(3);
        settle(early, FAILED);
        settle(early, FAILED);
        circuit.cut(early, GOOD, config, now);
        assertThat(circuit.phase(now)).as("not for the half-open one").isEqualTo(Phase.HALF_OPEN);
        settle(leases.get(0), GOOD);
        settle(leases.get(1), GOOD);
        for (int i = 0; i < 10; i++) {
            settle(early, FAILED);
            settle(leases.get(2), FAILED);
        }
        assertThat(circuit.report(now)).as("nor for the next closed one").matches(report -> report.calls() == 0);
        settle(early, GOOD);
        assertThat(circuit.report(now).calls()).isZero();
    }

    @Test
    void aCutResponseAddsAFailure() {
        for (int i = 0; i < 4; i++) {
            enterAnd(GOOD);
        }
        State permit = circuit.tryEnter(config, now);
        assertThat(permit).isNotNull();
        settle(permit, GOOD);
        circuit.cut(permit, GOOD, config, now);
        assertThat(circuit.report(now))
                .matches(report -> report.calls() == 6 && report.failures() == 1 && report.failuresInRow() == 1);
    }

    // ---- reload

    @Test
    void aChangedThresholdAppliesToTheCallsThatWereCountedBefore() {
        assertThat(openingCall("GFGGFGG")).isZero();
        config = USUAL.from(5, 20).make();
        assertThat(openingCall("G")).as("2 of 8").isEqualTo(1);
    }

    @Test
    void anOpenOneStaysSoWhateverElseBecomesOfTheSettings() {
        open();
        config = USUAL.over(new Window.Time(Duration.ofSeconds(7)))
                .from(100, 100)
                .openFor(Duration.ofMillis(1), Duration.ofMillis(1))
                .make();
        assertThat(circuit.tryEnter(config, now + SECOND)).isNull();
    }

    @Test
    void aWindowOfAnotherLengthBeginsEmptyAndTheStateStays() {
        assertThat(openingCall("FFFF")).isZero();
        config = USUAL.over(new Window.Calls(20)).make();
        enterAnd(GOOD);
        assertThat(circuit.report(now)).matches(report -> report.calls() == 1 && report.phase() == Phase.CLOSED);
    }

    // ---- operators

    @Test
    void anOperatorForcesItOpenForAWhile() {
        circuit.force(true, Duration.ofMinutes(5), now);
        assertThat(circuit.tryEnter(config, now)).isNull();
        assertThat(circuit.report(now).forced()).isTrue();
        now += 300 * SECOND - 1;
        assertThat(circuit.tryEnter(config, now)).isNull();
        assertThat(circuit.refusesForNanos(now)).isEqualTo(1);
        now += 1;
        assertThat(circuit.phase(now)).isEqualTo(Phase.CLOSED);
        assertThat(circuit.tryEnter(config, now)).isNotNull();
        assertThat(circuit.report(now).forced()).isFalse();
    }

    @Test
    void anOperatorForcesItClosedWhateverComes() {
        open();
        circuit.force(false, Duration.ofMinutes(5), now);
        assertThat(openingCall("FFFFFFFFFFFFFFFFFFFF")).isZero();
        now += 300 * SECOND;
        assertThat(openingCall("FFFFF")).as("on its own again, and empty").isEqualTo(5);
    }

    @Test
    void releasingItLetsItFindOutForItself() {
        circuit.force(true, Duration.ofMinutes(5), now);
        circuit.release(config, now);
        assertThat(openingCall("FFFFF")).isEqualTo(5);
        circuit.release(config, now);
        assertThat(circuit.phase(now)).as("what nobody forced is not released").isEqualTo(Phase.OPEN);
    }

    @Test
    void countsWhatItGoesThrough() {
        open();
        close();
        open();
        circuit.force(false, Duration.ofSeconds(1), now);
        assertThat(transitions.to(Phase.OPEN)).isEqualTo(2);
        assertThat(transitions.to(Phase.HALF_OPEN)).isEqualTo(1);
        assertThat(transitions.to(Phase.CLOSED)).isEqualTo(2);
    }

    // ---- steps

    /** The number of the first call after which it is open, from 1; 0 when none is. */
    private int openingCall(String calls) {
        for (int i = 0; i < calls.length(); i++) {
            enterAnd(verdict(calls.charAt(i)));
            if (circuit.phase(now) == Phase.OPEN) {
                return i + 1;
            }
        }
        return 0;
    }

    private static Verdict verdict(char letter) {
        return switch (letter) {
            case 'G' -> GOOD;
            case 'F' -> FAILED;
            case 'S' -> SLOW;
            case 'N' -> NEUTRAL;
            default -> throw new IllegalArgumentException(String.valueOf(letter));
        };
    }

    private void enterAnd(Verdict verdict) {
        State permit = circuit.tryEnter(config, now);
        assertThat(permit).isNotNull();
        settle(permit, verdict);
    }

    private void settle(State permit, Verdict verdict) {
        circuit.settle(permit, verdict, config, now);
    }

    private void open() {
        assertThat(openingCall("FFFFFFFFFF")).isPositive();
    }

    private void close() {
        List<State> leases = halfOpenFromOpen(2);
        leases.forEach(lease -> settle(lease, GOOD));
        assertThat(circuit.phase(now)).isEqualTo(Phase.CLOSED);
    }

    private List<State> halfOpen(int leases) {
        open();
        return halfOpenFromOpen(leases);
    }

    private List<State> halfOpenFromOpen(int count) {
        now += circuit.refusesForNanos(now);
        List<State> leases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            State lease = circuit.tryEnter(config, now);
            assertThat(lease).isNotNull();
            leases.add(lease);
        }
        return leases;
    }

    /** How long it is open each time, where all that is tried fails, in milliseconds. */
    private List<Long> openTimes(int count) {
        List<Long> times = new ArrayList<>();
        open();
        for (int i = 0; i < count; i++) {
            times.add(circuit.refusesForNanos(now) / MILLI);
            halfOpenFromOpen(2).forEach(lease -> settle(lease, FAILED));
        }
        return times;
    }
}
