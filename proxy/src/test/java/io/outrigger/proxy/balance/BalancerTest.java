package io.outrigger.proxy.balance;

import static io.outrigger.proxy.balance.Endpoints.alike;
import static io.outrigger.proxy.balance.Endpoints.request;
import static io.outrigger.proxy.balance.Endpoints.seeded;
import static io.outrigger.proxy.balance.Endpoints.weighing;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.outrigger.config.Balance;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Request;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every way of balancing. */
class BalancerTest {
    private static final long NOW = 5_000_000_000L;
    private static final Request REQUEST = request().withHeaders(new SameForEveryName());

    static Stream<Balance> all() {
        return Stream.concat(Stream.of(Balance.Plain.values()), Stream.of(new Balance.RingHash("x-user")));
    }

    @ParameterizedTest
    @MethodSource("all")
    void picksNothingWhereNothingIs(Balance balance) {
        assertThat(Balancer.of(balance, seeded(1), () -> NOW).pick(REQUEST, new Endpoint[0], Balancer.NONE))
                .isNull();
    }

    @ParameterizedTest
    @MethodSource("all")
    void picksTheOnlyOneEvenWhenItIsAvoided(Balance balance) {
        Endpoint[] one = alike(1);
        assertThat(Balancer.of(balance, seeded(1), () -> NOW).pick(REQUEST, one, _ -> true))
                .isSameAs(one[0]);
    }

    @ParameterizedTest
    @MethodSource("all")
    void picksNoAvoidedOneWhileThereIsAnother(Balance balance) {
        Balancer balancer = Balancer.of(balance, seeded(2), () -> NOW);
        Endpoint[] among = weighing(1, 100, 1, 7);
        for (Endpoint left : among) {
            for (int i = 0; i < 50; i++) {
                assertThat(balancer.pick(REQUEST, among, other -> other != left))
                        .isSameAs(left);
                assertThat(balancer.pick(REQUEST, among, other -> other == left))
                        .isNotSameAs(left);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void picksAnAvoidedOneWhenAllAre(Balance balance) {
        Endpoint[] among = weighing(3, 1);
        assertThat(Balancer.of(balance, seeded(3), () -> NOW).pick(REQUEST, among, _ -> true))
                .isIn((Object[]) among);
    }

    @ParameterizedTest
    @MethodSource("all")
    void seesThatTheEndpointsAreOthers(Balance balance) {
        Balancer balancer = Balancer.of(balance, seeded(4), () -> NOW);
        for (int count = 5; count > 1; count--) {
            Endpoint[] among = alike(count);
            for (int i = 0; i < 50; i++) {
                assertThat(balancer.pick(REQUEST, among, Balancer.NONE)).isIn((Object[]) among);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void allocatesNothing(Balance balance) {
        SplittableRandom random = new SplittableRandom(5);
        Balancer balancer = Balancer.of(balance, random::nextLong, () -> NOW);
        Endpoint[] even = alike(7);
        Endpoint[] uneven = weighing(1, 2, 3);
        Predicate<Endpoint> avoided = Set.of(uneven[1])::contains;
        for (Endpoint[] among : new Endpoint[][] {even, uneven}) {
            pick(balancer, among, Balancer.NONE, 1000);
            pick(balancer, among, avoided, 1000);
            long before = allocatedBytes();
            pick(balancer, among, Balancer.NONE, 1000);
            pick(balancer, among, avoided, 1000);
            assertThat(allocatedBytes() - before).as("bytes for 2,000 picks").isLessThan(2_000);
        }
    }

    private static void pick(Balancer balancer, Endpoint[] among, Predicate<Endpoint> avoided, int times) {
        for (int i = 0; i < times; i++) {
            balancer.pick(REQUEST, among, avoided);
        }
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    /** Headers that cost nothing to ask. */
    private static final class SameForEveryName implements Headers {
        @Override
        public String get(HeaderName name) {
            return "ann";
        }

        @Override
        public List<String> all(HeaderName name) {
            return List.of("ann");
        }

        @Override
        public void forEach(BiConsumer<String, String> each) {}
    }
}
