package io.outrigger.proxy.balance;

import static io.outrigger.proxy.balance.Endpoints.alike;
import static io.outrigger.proxy.balance.Endpoints.request;
import static io.outrigger.proxy.balance.Endpoints.seeded;
import static io.outrigger.proxy.balance.Endpoints.weighing;
import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Request;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;

/** Who gets the traffic, in simulations whose endpoints answer after fixed times. */
class PeakEwmaTest {
    private static final Request REQUEST = request();
    private static final long MILLI = 1_000_000;

    private record Answer(long atNanos, Endpoint from, Attempt attempt, boolean well) {}

    private long now = 1_000 * MILLI;
    private final PeakEwma balancer = new PeakEwma(seeded(41), () -> now);

    /** What each does: answers after so many milliseconds, or fails after the negative of so many. */
    private int[] run(Endpoint[] among, int[] does, int requests, long everyNanos) {
        int[] picks = new int[among.length];
        PriorityQueue<Answer> underWay = new PriorityQueue<>(Comparator.comparingLong(Answer::atNanos));
        for (int i = 0; i < requests; i++) {
            now += everyNanos;
            while (!underWay.isEmpty() && underWay.peek().atNanos <= now) {
                end(underWay.remove());
            }
            Endpoint picked = balancer.pick(REQUEST, among, Balancer.NONE);
            int index = List.of(among).indexOf(picked);
            picks[index]++;
            picked.begin();
            Attempt attempt = new Attempt(picked.name(), now);
            attempt.sent(now);
            underWay.add(new Answer(now + Math.abs(does[index]) * MILLI, picked, attempt, does[index] > 0));
        }
        while (!underWay.isEmpty()) {
            end(underWay.remove());
        }
        return picks;
    }

    private static void end(Answer answer) {
        if (answer.well) {
            answer.from.latency().answered(answer.attempt, 200, answer.atNanos);
        } else {
            answer.from.latency().failed(answer.attempt, Failure.of(Kind.RESET, ""), answer.atNanos);
        }
        answer.from.end();
    }

    @Test
    void endpointsThatAreAlikeShare() {
        int[] picks = run(alike(4), new int[] {5, 5, 5, 5}, 40_000, MILLI);
        assertThat(Arrays.stream(picks)).allMatch(count -> count > 9_000 && count < 11_000);
    }

    @Test
    void theFasterOneGetsMore() {
        int[] picks = run(alike(2), new int[] {5, 50}, 40_000, MILLI / 10);
        assertThat(picks[1]).isLessThan(40_000 / 20);
        assertThat(picks[1]).as("and the slower one the rest").isGreaterThan(100);
    }

    @Test
    void failingFastAttractsNothing() {
        int[] picks = run(alike(2), new int[] {5, -1}, 60_000, MILLI); // a minute
        assertThat(picks[1]).isLessThanOrEqualTo(3);
        picks = run(alike(3), new int[] {5, -1, 5}, 60_000, MILLI);
        assertThat(picks[1]).isLessThanOrEqualTo(3);
    }

    @Test
    void oneThatIsWellAgainComesBackInTime() {
        Endpoint[] two = alike(2);
        run(two, new int[] {5, -1}, 10_000, MILLI);
        int[] picks = run(two, new int[] {5, 5}, 200_000, MILLI); // 200 s
        assertThat(picks[1]).isGreaterThan(30_000);
    }

    @Test
    void whatHasNotAnsweredYetGetsOneAttemptWhereOthersAreWell() {
        Endpoint[] two = alike(2);
        run(new Endpoint[] {two[0]}, new int[] {5}, 10, MILLI);
        int[] picks = run(two, new int[] {5, 100_000}, 1_000, MILLI);
        assertThat(picks[1]).isEqualTo(1);
    }

    @Test
    void weightsAreKeptWhereLatenciesAreTheSame() {
        int[] picks = run(weighing(1, 2, 5), new int[] {20, 20, 20}, 80_000, MILLI / 10);
        double sum = Arrays.stream(picks).sum();
        assertThat(picks[0] / sum).isBetween(0.09, 0.16);
        assertThat(picks[1] / sum).isBetween(0.20, 0.30);
        assertThat(picks[2] / sum).isBetween(0.55, 0.70);
    }

    @Test
    void ofTwoThatAreAsSlowTheLessBusyOneIsTaken() {
        Endpoint[] two = alike(2);
        run(two, new int[] {5, 5}, 100, 10 * MILLI);
        two[0].begin();
        for (int i = 0; i < 100; i++) {
            assertThat(balancer.pick(REQUEST, two, Balancer.NONE)).isSameAs(two[1]);
        }
    }
}
