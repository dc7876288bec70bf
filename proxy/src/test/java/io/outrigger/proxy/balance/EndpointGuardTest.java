package io.outrigger.proxy.balance;

import static io.outrigger.proxy.balance.Endpoints.alike;
import static io.outrigger.proxy.balance.Endpoints.request;
import static io.outrigger.proxy.balance.Endpoints.seeded;
import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.Balance;
import io.outrigger.config.CircuitBreakerConfig;
import io.outrigger.config.CircuitBreakerConfig.Scope;
import io.outrigger.config.CircuitBreakerConfig.Window;
import io.outrigger.config.Share;
import io.outrigger.config.StatusSet;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Response;
import io.outrigger.filter.circuitbreaker.CircuitMetrics;
import io.outrigger.filter.circuitbreaker.Phase;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.fixtures.Told;
import io.outrigger.metrics.Metrics;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Endpoints with circuits of their own: one failure opens each, for 5 s, and one success closes it. */
class EndpointGuardTest {
    private static final CircuitBreakerConfig CONFIG = new CircuitBreakerConfig(
            new Window.Calls(10),
            1,
            new Share(100),
            Optional.empty(),
            Optional.empty(),
            StatusSet.of(503),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            1,
            1,
            Scope.ENDPOINT);

    private final ManualLoop loop = new ManualLoop();
    private final Exchange exchange = Exchanges.on(loop);
    private final EndpointCircuits circuits = new EndpointCircuits("charge", bound -> bound - 1);
    private final EndpointGuard guard =
            new EndpointGuard(CONFIG, circuits, new CircuitMetrics(new Metrics(1)).refusals("charge"));
    private final Balancer balancer = Balancer.of(Balance.Plain.ROUND_ROBIN, seeded(71), loop::nanoTime);

    private EndpointGuard.Picked pick(Endpoint[] among, Predicate<Endpoint> tried) {
        return guard.pick(balancer, request(), among, tried, exchange);
    }

    /** Sends to whichever is picked; the endpoint, null when there was none. */
    private Endpoint send(Endpoint[] among, int status) {
        EndpointGuard.Picked picked = pick(among, Balancer.NONE);
        if (picked == null) {
            return null;
        }
        Reply reply = new Reply(null);
        picked.passage().follow(reply, 1);
        reply.answer(new Response(status, Headers.NONE, Body.EMPTY));
        reply.complete();
        return picked.endpoint();
    }

    private Set<Endpoint> seen(Endpoint[] among, int times) {
        Set<Endpoint> seen = new HashSet<>();
        for (int i = 0; i < times; i++) {
            seen.add(send(among, 200));
        }
        return seen;
    }

    @Test
    void anOpenEndpointIsPassedOver() {
        Endpoint[] three = alike(3);
        Endpoint failed = send(three, 503);
        assertThat(seen(three, 30)).hasSize(2).doesNotContain(failed);
    }

    @Test
    void ofThoseThatAreNotOpenOneThatWasNotTriedIsPickedFirst() {
        Endpoint[] three = alike(3);
        Endpoint open = send(three, 503);
        Endpoint tried = open == three[0] ? three[1] : three[0];
        for (int i = 0; i < 20; i++) {
            EndpointGuard.Picked fresh = pick(three, tried::equals);
            assertThat(fresh).isNotNull();
            assertThat(fresh.endpoint()).isNotIn(open, tried);
            EndpointGuard.Picked any = pick(three, _ -> true);
            assertThat(any).isNotNull();
            assertThat(any.endpoint()).as("rather tried than open").isNotSameAs(open);
        }
    }

    @Test
    void whenAllAreOpenNoneIsPickedAndTheSoonestIsTold() {
        Endpoint[] two = alike(2);
        send(two, 503);
        loop.advanceMillis(1500);
        send(two, 503);
        assertThat(pick(two, Balancer.NONE)).isNull();
        assertThat(guard.refusesAll(two, loop.nanoTime())).isTrue();
        Told told = Told.by(guard.refuse(two, exchange));
        assertThat(told.failure().kind()).isEqualTo(Kind.CIRCUIT_OPEN);
        assertThat(told.failure().retryAfterSeconds()).isEqualTo(4);
        loop.advanceMillis(3500);
        assertThat(guard.refusesAll(two, loop.nanoTime())).isFalse();
    }

    @Test
    void aHalfOpenEndpointGetsItsProbesAndTheOthersTheRest() {
        Endpoint[] two = alike(2);
        Endpoint failed = send(two, 503);
        loop.advance(Duration.ofSeconds(5));
        int probes = 0;
        for (int i = 0; i < 20; i++) { // none of which is answered
            EndpointGuard.Picked picked = pick(two, Balancer.NONE);
            assertThat(picked).isNotNull();
            probes += picked.endpoint() == failed ? 1 : 0;
        }
        assertThat(probes).isEqualTo(1);
    }

    @Test
    void aHalfOpenEndpointIsTriedWhenTheOthersAreOpen() {
        Endpoint[] two = alike(2);
        send(two, 503);
        send(two, 503);
        loop.advance(Duration.ofSeconds(5));
        assertThat(List.of(two)).contains(send(two, 200));
        assertThat(seen(two, 20)).containsExactlyInAnyOrder(two);
    }

    @Test
    void withoutEndpointsNothingIsRefused() {
        assertThat(pick(new Endpoint[0], Balancer.NONE)).isNull();
        assertThat(guard.refusesAll(new Endpoint[0], loop.nanoTime())).isFalse();
    }

    @Test
    void anOrderIsForEndpointsThatComeLater() {
        Endpoint[] two = alike(2);
        send(two, 200);
        circuits.force(true, Duration.ofSeconds(60), loop.nanoTime());
        loop.advance(Duration.ofSeconds(30));
        assertThat(send(two, 200)).as("one of them had no circuit yet").isNull();
        assertThat(circuits.circuits()).hasSize(2).allMatch(one -> one.phase(loop.nanoTime()) == Phase.OPEN);
        circuits.release(CONFIG, loop.nanoTime());
        assertThat(seen(two, 20)).containsExactlyInAnyOrder(two);
    }

    @Test
    void anOrderEndsByItselfForAllOfThem() {
        Endpoint[] two = alike(2);
        circuits.force(true, Duration.ofSeconds(60), loop.nanoTime());
        assertThat(send(two, 200)).isNull();
        loop.advance(Duration.ofSeconds(60));
        assertThat(seen(two, 20)).containsExactlyInAnyOrder(two);
    }

    @Test
    void endpointsThatAreGoneAreForgotten() {
        Endpoint[] two = alike(2);
        seen(two, 4);
        two[0].remove();
        Endpoint[] left = {two[1]};
        seen(left, 1);
        assertThat(circuits.circuits()).hasSize(1);
    }
}
