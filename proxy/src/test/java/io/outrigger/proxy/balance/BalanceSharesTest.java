package io.outrigger.proxy.balance;

import static io.outrigger.proxy.balance.Endpoints.alike;
import static io.outrigger.proxy.balance.Endpoints.request;
import static io.outrigger.proxy.balance.Endpoints.seeded;
import static io.outrigger.proxy.balance.Endpoints.weighing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.outrigger.exchange.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How many of the picks each endpoint gets, and in what order. */
class BalanceSharesTest {
    private static final Request REQUEST = request();

    private long now = 7_000_000_000L;

    // ---- roundRobin

    @Test
    void roundRobinTakesTurns() {
        assertThat(order(new RoundRobin(0), alike(3), 7)).containsExactly(0, 1, 2, 0, 1, 2, 0);
    }

    @Test
    void roundRobinBeginsWhereItIsTold() {
        assertThat(order(new RoundRobin(2), alike(3), 4)).containsExactly(2, 0, 1, 2);
    }

    @Test
    void roundRobinSpreadsTheTurnsOfTheLightOnes() {
        assertThat(order(new RoundRobin(0), weighing(4, 1, 1), 6)).containsExactly(0, 0, 2, 0, 1, 0);
    }

    @Test
    void roundRobinKeepsToTheWeightsExactly() {
        Random random = new Random(11);
        for (int round = 0; round < 200; round++) {
            int[] weights = random.ints(1 + random.nextInt(8), 1, 20).toArray();
            int sum = Arrays.stream(weights).sum();
            int greatest = Arrays.stream(weights).max().orElseThrow();
            // so many rounds hold so many turns of each; all begin at the start of a round
            int[] picks = picks(new RoundRobin(0), weighing(weights), sum);
            assertThat(picks)
                    .as("weights %s, greatest %s", Arrays.toString(weights), greatest)
                    .isEqualTo(weights);
        }
    }

    @Test
    void roundRobinSpreadsTheRetriesWithoutShiftingTheFirstAttempts() {
        Endpoint[] among = alike(3);
        RoundRobin balancer = new RoundRobin(0);
        List<Integer> firsts = new ArrayList<>();
        int[] retries = new int[3];
        for (int i = 0; i < 60; i++) {
            Endpoint first = balancer.pick(REQUEST, among, Balancer.NONE);
            firsts.add(List.of(among).indexOf(first));
            if (first == among[0]) { // which is dead
                retries[List.of(among).indexOf(balancer.pick(REQUEST, among, other -> other == first))]++;
            }
        }
        assertThat(firsts.subList(0, 6)).containsExactly(0, 1, 2, 0, 1, 2);
        assertThat(retries).containsExactly(0, 10, 10);
    }

    // ---- random

    @Test
    void randomKeepsToTheWeights() {
        assertShares(picks(new WeightedRandom(seeded(21)), weighing(1, 2, 5), 80_000), 0.125, 0.25, 0.625);
        assertShares(picks(new WeightedRandom(seeded(22)), alike(4), 80_000), 0.25, 0.25, 0.25, 0.25);
    }

    @Test
    void randomKeepsToTheWeightsOfThoseThatAreNotAvoided() {
        Endpoint[] among = weighing(1, 2, 5);
        WeightedRandom random = new WeightedRandom(seeded(23));
        int[] picks = new int[3];
        for (int i = 0; i < 60_000; i++) {
            picks[List.of(among).indexOf(random.pick(REQUEST, among, other -> other == among[2]))]++;
        }
        assertShares(picks, 1 / 3.0, 2 / 3.0, 0);
    }

    // ---- leastRequest

    @Test
    void leastRequestTakesTheLessBusyOfTwo() {
        Endpoint[] two = alike(2);
        two[0].begin();
        assertThat(order(new LeastRequest(seeded(31), () -> now), two, 20)).containsOnly(1);
    }

    @Test
    void leastRequestNeverTakesTheBusiest() {
        Endpoint[] many = alike(5);
        many[3].begin();
        assertThat(picks(new LeastRequest(seeded(32), () -> now), many, 10_000)[3])
                .isZero();
    }

    @Test
    void leastRequestKeepsToTheWeightsWhenAllAreIdle() {
        assertShares(picks(new LeastRequest(seeded(33), () -> now), weighing(1, 2, 5), 80_000), 0.125, 0.25, 0.625);
        assertShares(picks(new LeastRequest(seeded(34), () -> now), alike(4), 80_000), 0.25, 0.25, 0.25, 0.25);
    }

    @Test
    void leastRequestFillsUpByWeight() {
        Endpoint[] among = weighing(1, 2, 5);
        LeastRequest balancer = new LeastRequest(seeded(35), () -> now);
        for (int i = 0; i < 8_000; i++) {
            balancer.pick(REQUEST, among, Balancer.NONE).begin();
        }
        assertShares(Arrays.stream(among).mapToInt(Endpoint::inFlight).toArray(), 0.125, 0.25, 0.625);
    }

    @Test
    void leastRequestDoesNotFloodAnIdleLightOne() {
        Endpoint[] among = weighing(100, 1);
        for (int i = 0; i < 50; i++) {
            among[0].begin();
        }
        assertThat(picks(new LeastRequest(seeded(36), () -> now), among, 10_000)[1])
                .isBetween(50, 400);
    }

    @Test
    void leastRequestDoesNotTakeFailingFastForBeingIdle() {
        Endpoint[] four = alike(4);
        LeastRequest balancer = new LeastRequest(seeded(37), () -> now);
        for (int i = 1; i < 4; i++) {
            four[i].begin(); // and it answers in a second, while the first fails at once
        }
        int failed = 0;
        for (int second = 0; second < 60; second++) {
            for (int i = 0; i < 100; i++) {
                if (balancer.pick(REQUEST, four, Balancer.NONE) == four[0]) {
                    four[0].failures().add(now);
                    failed++;
                }
                now += 10_000_000;
            }
        }
        assertThat(failed).as("of 6,000").isBetween(5, 30); // about one in 10 s for each that is in flight elsewhere
    }

    @Test
    void leastRequestTriesAgainWhatFailedAWhileAgo() {
        Endpoint[] two = alike(2);
        LeastRequest balancer = new LeastRequest(seeded(38), () -> now);
        two[0].failures().add(now);
        assertThat(order(balancer, two, 20)).containsOnly(1);
        now += 29_000_000_000L;
        assertThat(order(balancer, two, 20)).containsOnly(1);
        now += 1_000_000_000L;
        assertThat(order(balancer, two, 20)).contains(0, 1);
    }

    @Test
    void whateverFailedAtOnceIsForgottenInAMinuteAndAHalf() {
        Endpoint[] two = alike(2);
        for (int i = 0; i < 10_000; i++) {
            two[0].failures().add(now);
        }
        assertThat(two[0].failures().at(now)).isEqualTo(100);
        assertThat(two[0].failures().at(now - 1_000_000))
                .as("a clock that is behind")
                .isEqualTo(100);
        assertThat(two[0].failures().at(now + 76_000_000_000L)).isPositive();
        assertThat(two[0].failures().at(now + 77_000_000_000L)).isZero();
        for (int days = 1; days < 100; days++) {
            assertThat(two[0].failures().at(now + days * 86_400_000_000_000L)).isZero();
        }
    }

    private static List<Integer> order(Balancer balancer, Endpoint[] among, int count) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            order.add(List.of(among).indexOf(balancer.pick(REQUEST, among, Balancer.NONE)));
        }
        return order;
    }

    private static int[] picks(Balancer balancer, Endpoint[] among, int count) {
        int[] picks = new int[among.length];
        order(balancer, among, count).forEach(index -> picks[index]++);
        return picks;
    }

    private static void assertShares(int[] picks, double... shares) {
        double sum = Arrays.stream(picks).sum();
        for (int i = 0; i < shares.length; i++) {
            assertThat(picks[i] / sum).as("share of %s", i).isCloseTo(shares[i], within(0.01));
        }
    }
}
