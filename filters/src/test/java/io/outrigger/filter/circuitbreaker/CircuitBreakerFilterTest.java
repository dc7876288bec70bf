package io.outrigger.filter.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.config.CircuitBreakerConfig;
import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Blame;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.FakeCall;
import io.outrigger.fixtures.FakeUpstream;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.fixtures.Told;
import io.outrigger.metrics.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the filter lets through, refuses, and counts of what comes back. */
class CircuitBreakerFilterTest {
    private static final Failure GONE = Failure.of(Kind.CLIENT_GONE, "by the test");

    private final ManualLoop loop = new ManualLoop();
    private final FakeUpstream upstream = new FakeUpstream();
    private final Metrics metrics = new Metrics(1);
    private final Refusals refusals = new CircuitMetrics(metrics).refusals("charge");
    private CircuitBreakerConfig config =
            CircuitConfigs.usual().slow(Duration.ofSeconds(1), 100).make();
    private CircuitBreaker circuit = circuit();
    private Exchange exchange = Exchanges.on(loop);

    private CircuitBreaker circuit() {
        return new CircuitBreaker("route charge", new Transitions(), bound -> bound / 2, config, loop.nanoTime());
    }

    private Reply send() {
        return send(upstream);
    }

    private Reply send(Service next) {
        exchange = Exchanges.on(loop);
        return new CircuitBreakerFilter(config, circuit, refusals).over(next).send(exchange, Exchanges.get());
    }

    private CircuitReport report() {
        return circuit.report(loop.nanoTime());
    }

    private void open() {
        for (int i = 0; i < 5; i++) {
            send();
            upstream.last().fail(Kind.RESET);
        }
        assertThat(circuit.phase(loop.nanoTime())).isEqualTo(Phase.OPEN);
    }

    private void halfOpen() {
        open();
        loop.advance(Duration.ofSeconds(5));
    }

    // ---- what counts

    @ParameterizedTest
    @ValueSource(ints = {200, 304, 400, 404, 499})
    void whatTheUpstreamAnswersAsItShouldIsGood(int status) {
        send();
        upstream.last().answer(status);
        assertThat(report()).matches(report -> report.calls() == 1 && report.failures() == 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 599})
    void aStatusOfTheListIsAFailure(int status) {
        send();
        upstream.last().answer(status);
        assertThat(report()).matches(report -> report.calls() == 1 && report.failures() == 1);
    }

    @Test
    void tooManyRequestsSaysNothingOfTheUpstream() {
        send();
        upstream.last().answer(429);
        assertThat(report().calls()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aFailureCountsWhereItIsTheUpstreamsButForStaleConnections(Kind kind) {
        send();
        upstream.last().fail(kind);
        boolean counts = Failure.of(kind, "").blame() == Blame.UPSTREAM && kind != Kind.STALE_CONNECTION;
        assertThat(report()).matches(report -> report.calls() == (counts ? 1 : 0));
        assertThat(report().failures()).isEqualTo(report().calls());
    }

    @Test
    void aDeadlineCountsForTheAttemptThatWaitsForItsHead() {
        Failure late = Failure.of(Kind.DEADLINE, "late").blaming(Blame.UPSTREAM);
        send().fail(late);
        assertThat(report().failures()).isEqualTo(1);
        upstream.slowToConnect();
        send().fail(late); // the other attempt of a hedge was sent, this one was not
        assertThat(report().calls()).isEqualTo(1);
    }

    @Test
    void aClientThatLeavesSaysNothing() {
        send().fail(GONE);
        assertThat(report().calls()).isZero();
    }

    @Test
    void theHeadIsJudgedAndACutAddsAFailure() {
        send();
        FakeCall cut = upstream.last();
        cut.answer(new Response(200, Headers.NONE, Body.EMPTY));
        assertThat(report()).matches(report -> report.calls() == 1 && report.failures() == 0);
        cut.fail(Kind.RESPONSE_CUT);
        assertThat(report()).matches(report -> report.calls() == 2 && report.failures() == 1);
    }

    @Test
    void whatCountedAsAFailureIsNotCountedTwice() {
        send();
        FakeCall cut = upstream.last();
        cut.answer(new Response(500, Headers.NONE, Body.EMPTY));
        cut.fail(Kind.RESPONSE_CUT);
        assertThat(report()).matches(report -> report.calls() == 1 && report.failures() == 1);
    }

    @Test
    void aClientThatLeavesInTheMiddleOfAResponseAddsNothing() {
        Reply reply = send();
        upstream.last().answer(new Response(200, Headers.NONE, Body.EMPTY));
        reply.fail(GONE);
        assertThat(report()).matches(report -> report.calls() == 1 && report.failures() == 0);
    }

    // ---- slow calls

    @Test
    void aCallIsSlowThatTakesLongerFromItsLastByteToTheHead() {
        send();
        loop.advance(Duration.ofSeconds(1));
        upstream.last().answer(200);
        assertThat(report().slow()).isZero();
        send();
        loop.advance(Duration.ofNanos(1_000_000_001));
        upstream.last().answer(404);
        assertThat(report().slow()).isEqualTo(1);
        assertThat(report().failures()).isZero();
    }

    @Test
    void whatItTakesToSendTheRequestIsNotSlowness() {
        upstream.slowToConnect();
        send();
        loop.advance(Duration.ofSeconds(5));
        upstream.last().connect();
        loop.advanceMillis(10);
        upstream.last().answer(200);
        assertThat(report()).matches(report -> report.calls() == 1 && report.slow() == 0);
    }

    @Test
    void anAttemptBeforeThisOneIsNotTakenForIt() {
        Attempt earlier = new Attempt("endpoint", loop.nanoTime());
        earlier.sent(loop.nanoTime());
        exchange = Exchanges.on(loop);
        exchange.begin(earlier);
        loop.advance(Duration.ofSeconds(5));
        Service full = (_, _) -> Reply.failed(Failure.of(Kind.DNS_FAILED, "no attempt begins"));
        Request again = Exchanges.get().again(exchange.another(), Body.EMPTY, false);
        new CircuitBreakerFilter(config, circuit, refusals).over(full).send(exchange, again);
        assertThat(report()).matches(report -> report.failures() == 1 && report.slow() == 0);
    }

    /** As a bulkhead has it: the attempt begins later than the call is sent. */
    @Test
    void aCallThatWaitedForItsPlaceMayBeSlow() {
        exchange = Exchanges.on(loop);
        Reply waiting = new Reply(null);
        Service queue = (_, _) -> waiting;
        new CircuitBreakerFilter(config, circuit, refusals).over(queue).send(exchange, Exchanges.get());
        loop.advance(Duration.ofSeconds(5));
        Attempt late = new Attempt("endpoint", loop.nanoTime());
        exchange.begin(late);
        late.sent(loop.nanoTime());
        loop.advance(Duration.ofSeconds(5));
        waiting.answer(new Response(200, Headers.NONE, Body.EMPTY));
        waiting.complete();
        assertThat(report()).matches(report -> report.calls() == 1 && report.slow() == 1);
    }

    // ---- open

    @Test
    void anOpenOneAnswersAtOnceAndTheUpstreamSeesNothing() {
        open();
        int before = upstream.calls();
        Told told = Told.by(send());
        assertThat(told.failure().kind()).isEqualTo(Kind.CIRCUIT_OPEN);
        assertThat(told.failure().detail()).isEqualTo("the circuit of route charge is open");
        assertThat(upstream.calls()).isEqualTo(before);
        assertThat(exchange.notes()).singleElement().matches(note -> note.by().equals("circuitBreaker"));
    }

    @Test
    void itTellsWhenToComeAgainRoundedUp() {
        open();
        assertThat(Told.by(send()).failure().retryAfterSeconds()).isEqualTo(5);
        loop.advanceMillis(1);
        assertThat(Told.by(send()).failure().retryAfterSeconds()).isEqualTo(5);
        loop.advanceMillis(3_999);
        assertThat(Told.by(send()).failure().retryAfterSeconds()).isEqualTo(1);
    }

    @Test
    void refusedCallsAreCounted() {
        open();
        send();
        send();
        assertThat(metrics.families().stream()
                        .filter(family -> family.name().equals("outrigger_circuit_refused_total"))
                        .flatMap(family -> family.series().values().stream())
                        .mapToLong(series -> ((io.outrigger.metrics.Counter) series).total()))
                .containsExactly(2L);
    }

    // ---- half-open

    @Test
    void twoHundredAtOnceGetExactlyTheCallsThatMayTry() {
        halfOpen();
        int before = upstream.calls();
        List<Told> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(Told.by(send()));
        }
        assertThat(upstream.calls() - before).isEqualTo(3);
        assertThat(all.stream().filter(Told::ended))
                .hasSize(197)
                .allMatch(told -> told.failure().kind() == Kind.CIRCUIT_OPEN);
        assertThat(all.getLast().failure().retryAfterSeconds()).isEqualTo(1);
    }

    @Test
    void aLeaseEndsAtTheHead() {
        halfOpen();
        for (int i = 0; i < 2; i++) {
            send();
            upstream.last().answer(new Response(200, Headers.NONE, Body.EMPTY)); // its body goes on
        }
        assertThat(report().phase()).isEqualTo(Phase.CLOSED);
    }

    /** Whatever becomes of those that try: the circuit finds out in the end. */
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {
                "CLIENT_GONE",
                "ATTEMPT_TIMEOUT",
                "DEADLINE",
                "POOL_FULL",
                "STALE_CONNECTION",
                "INTERNAL",
                "BAD_BODY"
            })
    void itNeverStaysHalfOpenForLackOfLeases(Kind end) {
        halfOpen();
        for (int round = 0; round < 50; round++) {
            List<Reply> probes = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                probes.add(send());
            }
            probes.forEach(probe -> probe.fail(Failure.of(end, "by the test")));
            loop.advance(Duration.ofMinutes(2));
        }
        for (int i = 0; i < 2; i++) {
            send();
            upstream.last().answer(200);
        }
        assertThat(report().phase()).isEqualTo(Phase.CLOSED);
    }

    @Test
    void aLeaseComesBackFromABugThatSaysNothing() {
        halfOpen();
        Service bug = (_, _) -> {
            throw new IllegalStateException("by the test");
        };
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> send(bug)).isInstanceOf(IllegalStateException.class);
        }
        assertThat(report().phase()).isEqualTo(Phase.HALF_OPEN);
        for (int i = 0; i < 2; i++) {
            send();
            upstream.last().answer(200);
        }
        assertThat(report().phase()).isEqualTo(Phase.CLOSED);
    }

    @Test
    void aCallOfBeforeDoesNotEndALease() {
        Reply old = send();
        halfOpen();
        send();
        send();
        send();
        old.fail(GONE);
        assertThat(Told.by(send()).failure().kind()).isEqualTo(Kind.CIRCUIT_OPEN);
    }
}
