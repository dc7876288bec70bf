package io.outrigger.filter.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.BudgetConfig;
import io.outrigger.config.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** 20 % of the first attempts, 3 a second besides, over 10 s, where nothing else is said. */
class RetryBudgetTest {
    private static final BudgetConfig USUAL = config(20, 3, 10);
    private static final BudgetConfig NO_FLOW = config(20, 0, 10);
    private static final long SECOND = 1_000_000_000;
    private static final long START = -5 * SECOND; // the clock may begin anywhere

    @Test
    void aFreshBudgetHoldsWhatFlowsInWithinASecond() {
        assertThat(new RetryBudget(USUAL, START).tokens(USUAL, START)).isEqualTo(3);
        assertThat(takeAll(new RetryBudget(USUAL, START), USUAL, START)).isEqualTo(3);
        assertThat(takeAll(new RetryBudget(NO_FLOW, START), NO_FLOW, START)).isZero();
    }

    @Test
    void eachFirstAttemptPaysItsShare() {
        RetryBudget budget = new RetryBudget(NO_FLOW, START);
        deposit(budget, NO_FLOW, 4, START);
        assertThat(budget.tryTake(NO_FLOW, START)).isFalse();
        deposit(budget, NO_FLOW, 1, START);
        assertThat(budget.tokens(NO_FLOW, START)).isEqualTo(1);
        assertThat(budget.tryTake(NO_FLOW, START)).isTrue();
        assertThat(budget.tryTake(NO_FLOW, START)).isFalse();
    }

    @Test
    void aTokenMayComeFromDepositsOfSeveralTimesAndFromTheFlow() {
        RetryBudget budget = new RetryBudget(NO_FLOW, START);
        for (int second = 0; second < 5; second++) {
            deposit(budget, NO_FLOW, 1, START + second * SECOND);
        }
        assertThat(budget.tryTake(NO_FLOW, START + 4 * SECOND)).isTrue();
        assertThat(budget.tokens(NO_FLOW, START + 4 * SECOND)).isZero();

        BudgetConfig one = config(20, 1, 10);
        RetryBudget mixed = new RetryBudget(one, START);
        assertThat(mixed.tryTake(one, START)).isTrue();
        deposit(mixed, one, 3, START);
        assertThat(mixed.tryTake(one, START + 4 * SECOND / 10 - 1000)).isFalse();
        assertThat(mixed.tryTake(one, START + 4 * SECOND / 10)).isTrue();
    }

    @Test
    void theFlowBringsItsNumberEverySecond() {
        RetryBudget budget = new RetryBudget(USUAL, START);
        takeAll(budget, USUAL, START);
        assertThat(takeAll(budget, USUAL, START + SECOND / 3 - 1000)).isZero();
        assertThat(takeAll(budget, USUAL, START + SECOND / 3 + 1000)).isEqualTo(1);
        assertThat(takeAll(budget, USUAL, START + 2 * SECOND)).isEqualTo(5);
    }

    @Test
    void theFlowIsNotLostWhenSomebodyLooksAllTheTime() {
        RetryBudget budget = new RetryBudget(USUAL, START);
        takeAll(budget, USUAL, START);
        int taken = 0;
        for (long now = START; now <= START + 2 * SECOND; now += 777_777) {
            taken += budget.tryTake(USUAL, now) ? 1 : 0;
        }
        assertThat(taken).isEqualTo(5);
    }

    @Test
    void theFlowNeverExceedsItsWindow() {
        RetryBudget budget = new RetryBudget(USUAL, START);
        assertThat(budget.tokens(USUAL, START + 9 * SECOND)).isEqualTo(30);
        assertThat(budget.tokens(USUAL, START + 3600 * SECOND)).isEqualTo(30);
        assertThat(takeAll(budget, USUAL, START + 7200 * SECOND)).isEqualTo(30);
    }

    @Test
    void depositsComeOnTopOfTheFlow() {
        RetryBudget budget = new RetryBudget(USUAL, START);
        long now = START + 100 * SECOND;
        deposit(budget, USUAL, 100, now);
        assertThat(budget.tokens(USUAL, now)).isEqualTo(50);
    }

    @Test
    void depositsAreLostWhenTheWindowIsOver() {
        RetryBudget budget = new RetryBudget(NO_FLOW, START);
        deposit(budget, NO_FLOW, 50, START + SECOND / 2);
        assertThat(budget.tokens(NO_FLOW, START + 10 * SECOND - 1)).isEqualTo(10);
        assertThat(budget.tokens(NO_FLOW, START + 10 * SECOND + SECOND / 2)).isZero();
    }

    @Test
    void depositsAreLostTenthByTenth() {
        RetryBudget budget = new RetryBudget(NO_FLOW, START);
        for (int second = 0; second < 10; second++) {
            deposit(budget, NO_FLOW, 5, START + second * SECOND);
        }
        assertThat(budget.tokens(NO_FLOW, START + 9 * SECOND)).isEqualTo(10);
        for (int lost = 1; lost <= 10; lost++) {
            assertThat(budget.tokens(NO_FLOW, START + (9 + lost) * SECOND)).isEqualTo(10 - lost);
        }
    }

    @Test
    void theOldestDepositsAreTakenFirst() {
        RetryBudget budget = new RetryBudget(NO_FLOW, START);
        deposit(budget, NO_FLOW, 10, START);
        deposit(budget, NO_FLOW, 10, START + 5 * SECOND);
        assertThat(budget.tryTake(NO_FLOW, START + 5 * SECOND)).isTrue();
        assertThat(budget.tryTake(NO_FLOW, START + 5 * SECOND)).isTrue();
        assertThat(budget.tokens(NO_FLOW, START + 12 * SECOND)).isEqualTo(2);
    }

    @Test
    void depositsThatNobodyLookedAtAreAsOldAsTheyAre() {
        RetryBudget budget = new RetryBudget(NO_FLOW, START);
        deposit(budget, NO_FLOW, 50, START); // then silence, and the next event a window later
        assertThat(budget.tryTake(NO_FLOW, START + 10 * SECOND)).isFalse();
        deposit(budget, NO_FLOW, 5, START + 100 * SECOND);
        assertThat(takeAll(budget, NO_FLOW, START + 100 * SECOND)).isEqualTo(1);
    }

    @Test
    void aLoopThatIsALittleBehindDoesNoHarm() {
        RetryBudget budget = new RetryBudget(USUAL, START);
        takeAll(budget, USUAL, START + SECOND);
        deposit(budget, USUAL, 5, START + SECOND - 1000);
        assertThat(budget.tryTake(USUAL, START + SECOND - 2000)).isTrue();
        assertThat(budget.tryTake(USUAL, START)).isFalse();
        assertThat(takeAll(budget, USUAL, START + 2 * SECOND)).isEqualTo(3);
    }

    @Test
    void changedSettingsCountFromThenOnAndTheTokensStay() {
        RetryBudget budget = new RetryBudget(USUAL, START);
        deposit(budget, USUAL, 10, START);
        BudgetConfig richer = config(50, 10, 60);
        assertThat(budget.tokens(richer, START)).isEqualTo(5);
        deposit(budget, richer, 10, START);
        assertThat(budget.tokens(richer, START)).isEqualTo(10);
        assertThat(budget.tokens(richer, START + SECOND)).isEqualTo(20);
        BudgetConfig poorer = config(0, 1, 1);
        assertThat(budget.tokens(poorer, START + 2 * SECOND)).isEqualTo(1);
    }

    @Test
    void settingsThatChangeAllTheTimeDoNoHarm() {
        SplittableRandom random = new SplittableRandom(7);
        RetryBudget budget = new RetryBudget(USUAL, START);
        long now = START;
        for (int i = 0; i < 10_000; i++) {
            BudgetConfig config = config(20, 3, 1 + random.nextInt(60));
            now += random.nextLong(SECOND);
            budget.deposit(config, now);
            budget.tryTake(config, now);
            assertThat(budget.tokens(config, now)).isBetween(-0.0, 0.2 * (i + 1) + 3 * 60);
        }
    }

    @Test
    void theLargestSettingsDoNotOverflow() {
        BudgetConfig most = config(100, 10_000, 3600);
        RetryBudget budget = new RetryBudget(most, START);
        deposit(budget, most, 1_000_000, START);
        assertThat(budget.tokens(most, START)).isEqualTo(1_010_000);
        assertThat(budget.tokens(most, START + 4000 * SECOND)).isEqualTo(36_000_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void extraAttemptsNeverExceedWhatWasPaid(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        BudgetConfig config = config(random.nextInt(101), random.nextInt(20), 1 + random.nextInt(20));
        RetryBudget budget = new RetryBudget(config, START);
        double share = config.ratio().fraction();
        long deposits = 0;
        long taken = 0;
        long now = START;
        for (int i = 0; i < 20_000; i++) {
            now += random.nextLong(SECOND / 20);
            if (random.nextInt(3) > 0) {
                budget.deposit(config, now);
                deposits++;
            } else {
                taken += budget.tryTake(config, now) ? 1 : 0;
            }
            double flow = config.minPerSecond() * (1 + (now - START) / (double) SECOND);
            assertThat((double) taken).isLessThanOrEqualTo(share * deposits + flow);
            assertThat(budget.tokens(config, now))
                    .isBetween(
                            -0.0,
                            share * deposits
                                    + config.minPerSecond() * config.window().toSeconds());
        }
        assertThat(taken).isPositive();
    }

    @Test
    void underSteadyLoadTheShareIsWhatIsTaken() {
        RetryBudget budget = new RetryBudget(USUAL, START);
        int taken = 0;
        long now = START;
        for (int i = 0; i < 100 * 60; i++) { // 100 requests a second that all fail, for a minute
            now += SECOND / 100;
            budget.deposit(USUAL, now);
            taken += budget.tryTake(USUAL, now) ? 1 : 0;
        }
        assertThat((double) taken).isCloseTo(60 * (20 + 3) + 3, Offset.offset(2.0));
    }

    /**
     * Linkerd: retries may add {@code retryRatio} to the load, and a fixed number a second besides, over {@code ttl};
     * by default 20 %, 10 a second, 10 s. (linkerd.io, Retries and Timeouts; Finagle's RetryBudget is the same.)
     */
    @ParameterizedTest
    @CsvSource({"1, 2", "5, 10", "10, 12", "100, 30", "1000, 210"})
    void withLinkerdsNumbersItAllowsWhatLinkerdDoes(int perSecond, double expected) {
        assertThat(retriesPerSecond(config(20, 10, 10), perSecond)).isCloseTo(expected, Offset.offset(expected / 20));
    }

    /**
     * Envoy counts what is under way instead: retries may be {@code budget_percent}, 20 %, of the requests that are
     * active, but at least {@code min_retry_concurrency}, 3. When all attempts take a second these are the same numbers
     * per second, of which Envoy allows the larger and this budget the sum. (envoyproxy.io, RetryPolicy.RetryBudget.)
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 5, 10, 30, 100, 1000})
    void itAllowsNoLessThanEnvoyAndAtMostTheSumOfItsTwoLimits(int perSecond) {
        double share = 0.2 * perSecond;
        double envoy = Math.max(share, Math.min(3, 2 * perSecond));
        assertThat(retriesPerSecond(USUAL, perSecond)).isBetween(0.95 * envoy, 1.05 * (share + 3));
    }

    /** Of requests that all fail and want two retries each, after the tokens of a quiet time are gone. */
    private static double retriesPerSecond(BudgetConfig config, int perSecond) {
        RetryBudget budget = new RetryBudget(config, START);
        int taken = 0;
        for (int i = 0; i < 120 * perSecond; i++) {
            long now = START + i * SECOND / perSecond;
            budget.deposit(config, now);
            int got = (budget.tryTake(config, now) ? 1 : 0) + (budget.tryTake(config, now) ? 1 : 0);
            taken += i < 20 * perSecond ? 0 : got;
        }
        return taken / 100.0;
    }

    @Test
    void threadsLoseNoDepositAndTakeNoTokenTwice() throws Exception {
        RetryBudget budget = new RetryBudget(NO_FLOW, START);
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            tasks.add(() -> {
                int taken = 0;
                for (int i = 0; i < 50_000; i++) {
                    budget.deposit(NO_FLOW, START + i);
                    taken += i % 10 == 0 && budget.tryTake(NO_FLOW, START + i) ? 1 : 0;
                }
                return taken;
            });
        }
        int taken = 0;
        try (var threads = Executors.newFixedThreadPool(tasks.size())) {
            for (Future<Integer> result : threads.invokeAll(tasks)) {
                taken += result.get();
            }
        }
        assertThat(taken + budget.tokens(NO_FLOW, START + SECOND)).isEqualTo(40_000);
    }

    private static void deposit(RetryBudget budget, BudgetConfig config, int times, long now) {
        for (int i = 0; i < times; i++) {
            budget.deposit(config, now);
        }
    }

    private static int takeAll(RetryBudget budget, BudgetConfig config, long now) {
        int taken = 0;
        while (budget.tryTake(config, now)) {
            taken++;
        }
        return taken;
    }

    private static BudgetConfig config(int percent, int minPerSecond, int windowSeconds) {
        return new BudgetConfig(new Share(percent), minPerSecond, Duration.ofSeconds(windowSeconds));
    }
}
