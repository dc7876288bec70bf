package io.outrigger.proxy.balance;

import static io.outrigger.proxy.balance.Endpoints.alike;
import static io.outrigger.proxy.balance.Endpoints.endpoint;
import static io.outrigger.proxy.balance.Endpoints.request;
import static io.outrigger.proxy.balance.Endpoints.seeded;
import static io.outrigger.proxy.balance.Endpoints.weighing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Request;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RingHashTest {
    private static final int USERS = 10_000;

    @Test
    void givesEachValueOneEndpointWhateverTheOrderOfThem() {
        Endpoint[] among = alike(5);
        Endpoint[] turned = List.of(among).reversed().toArray(Endpoint[]::new);
        assertThat(owners(ring(), turned)).isEqualTo(owners(ring(), among));
    }

    @Test
    void spreadsTheValuesByWeight() {
        int[] counts = new int[4];
        Endpoint[] among = weighing(1, 1, 2, 4);
        for (Endpoint owner : owners(ring(), among)) {
            counts[List.of(among).indexOf(owner)]++;
        }
        assertThat(counts[0] / (double) USERS).isCloseTo(0.125, within(0.03));
        assertThat(counts[1] / (double) USERS).isCloseTo(0.125, within(0.03));
        assertThat(counts[2] / (double) USERS).isCloseTo(0.25, within(0.05));
        assertThat(counts[3] / (double) USERS).isCloseTo(0.5, within(0.06));
    }

    @Test
    void movesOnlyTheValuesOfAnEndpointThatGoes() {
        RingHash ring = ring();
        Endpoint[] five = alike(5);
        Endpoint[] four = Arrays.copyOf(five, 4);
        List<Endpoint> before = owners(ring, five);
        List<Endpoint> after = owners(ring, four);
        for (int i = 0; i < USERS; i++) {
            if (before.get(i) != five[4]) {
                assertThat(after.get(i)).isSameAs(before.get(i));
            }
        }
    }

    @Test
    void givesARetryTheSameOtherEndpointEachTime() {
        RingHash ring = ring();
        Endpoint[] among = alike(5);
        Endpoint first = ring.pick(user(7), among, Balancer.NONE);
        Endpoint second = ring.pick(user(7), among, other -> other == first);
        assertThat(second).isNotSameAs(first);
        assertThat(ring.pick(user(7), among, other -> other == first)).isSameAs(second);
    }

    @Test
    void sendsRequestsWithoutTheHeaderAnywhere() {
        RingHash ring = ring();
        Endpoint[] among = alike(3);
        Set<Endpoint> seen = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            seen.add(ring.pick(request("x-other", "1"), among, Balancer.NONE));
        }
        assertThat(seen).containsExactlyInAnyOrder(among);
    }

    @Test
    void keepsTheRingSmallAndEveryEndpointOnIt() {
        Endpoint[] among = new Endpoint[2_000];
        for (int i = 0; i < among.length; i++) {
            among[i] = endpoint("10.1." + i / 200 + "." + i % 200, i == 0 ? 1 : 1_000);
        }
        assertThat(new HashSet<>(owners(ring(), among))).hasSizeGreaterThan(1_800);
    }

    private static RingHash ring() {
        return new RingHash(HeaderName.of("X-User"), seeded(41));
    }

    private static List<Endpoint> owners(RingHash ring, Endpoint[] among) {
        Endpoint[] owners = new Endpoint[USERS];
        Arrays.setAll(owners, i -> ring.pick(user(i), among, Balancer.NONE));
        return List.of(owners);
    }

    private static Request user(int number) {
        return request("x-user", "user-" + number);
    }
}
