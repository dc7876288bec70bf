package io.outrigger.proxy.balance;

import static io.outrigger.proxy.balance.Endpoints.alike;
import static io.outrigger.proxy.balance.Endpoints.request;
import static io.outrigger.proxy.balance.Endpoints.seeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.outrigger.config.Balance;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The share of an endpoint that has come to others, as time goes by. */
class SlowStartTest {
    private static final int PICKS = 20_000;

    private long now = 42;
    private final Endpoint[] four = alike(4);

    private Balancer balancer(Balance balance) {
        return new SlowStart(Balancer.of(balance, seeded(5), () -> now), Duration.ofSeconds(30), seeded(6), () -> now);
    }

    private Map<Endpoint, Integer> shares(Balancer balancer) {
        Map<Endpoint, Integer> shares = new HashMap<>();
        for (int i = 0; i < PICKS; i++) {
            shares.merge(balancer.pick(request(), four, Balancer.NONE), 1, Integer::sum);
        }
        return shares;
    }

    private double shareOfFirst(Balancer balancer) {
        return shares(balancer).getOrDefault(four[0], 0) / (double) PICKS;
    }

    @ParameterizedTest
    @EnumSource(names = {"ROUND_ROBIN", "RANDOM", "LEAST_REQUEST"})
    void itsShareGrowsInAStraightLine(Balance.Plain balance) {
        Balancer balancer = balancer(balance);
        four[0].standing().beginSlowly(now);
        assertThat(shareOfFirst(balancer)).isCloseTo(0.25 * 0.05, within(0.005));
        now += TimeUnit.SECONDS.toNanos(6);
        assertThat(shareOfFirst(balancer)).isCloseTo(0.25 * 0.2, within(0.01));
        now += TimeUnit.SECONDS.toNanos(12);
        assertThat(shareOfFirst(balancer)).isCloseTo(0.25 * 0.6, within(0.015));
        now += TimeUnit.SECONDS.toNanos(12);
        assertThat(shareOfFirst(balancer)).isCloseTo(0.25, within(0.015));
    }

    @Test
    void whatItDoesNotTakeGoesToTheOthersAlike() {
        four[0].standing().beginSlowly(now);
        Map<Endpoint, Integer> shares = shares(balancer(Balance.Plain.ROUND_ROBIN));
        for (int i = 1; i < 4; i++) {
            assertThat(shares.get(four[i]) / (double) PICKS).isCloseTo(0.329, within(0.01));
        }
    }

    @Test
    void whenAllAreNewNoneIsSpared() {
        for (Endpoint endpoint : four) {
            endpoint.standing().beginSlowly(now);
        }
        for (int share : shares(balancer(Balance.Plain.ROUND_ROBIN)).values()) {
            assertThat(share / (double) PICKS).isCloseTo(0.25, within(0.01));
        }
    }

    @Test
    void ofTwoThatAreNewTheNewerOneIsSpared() {
        for (Endpoint endpoint : four) {
            endpoint.standing().beginSlowly(now);
        }
        now += TimeUnit.SECONDS.toNanos(15);
        four[0].standing().beginSlowly(now);
        assertThat(shareOfFirst(balancer(Balance.Plain.ROUND_ROBIN))).isCloseTo(0.25 * 0.1, within(0.01));
    }

    @Test
    void aRetryRatherGoesThereThanWhereTheExchangeHasBeen() {
        four[0].standing().beginSlowly(now);
        Balancer balancer = balancer(Balance.Plain.RANDOM);
        for (int i = 0; i < 100; i++) {
            assertThat(balancer.pick(request(), four, endpoint -> endpoint != four[0]))
                    .isSameAs(four[0]);
        }
    }

    @Test
    void oneAloneHasAllOfIt() {
        Endpoint[] one = alike(1);
        one[0].standing().beginSlowly(now);
        assertThat(balancer(Balance.Plain.RANDOM).pick(request(), one, Balancer.NONE))
                .isSameAs(one[0]);
        assertThat(balancer(Balance.Plain.RANDOM).pick(request(), new Endpoint[0], Balancer.NONE))
                .isNull();
    }
}
