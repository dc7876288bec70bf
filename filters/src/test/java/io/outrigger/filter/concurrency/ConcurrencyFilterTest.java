package io.outrigger.filter.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.config.ConcurrencyConfig;
import io.outrigger.config.ConcurrencyConfig.Algorithm;
import io.outrigger.config.PriorityConfig;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Blame;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Note;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import io.outrigger.exchange.Target;
import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.FakeCall;
import io.outrigger.fixtures.FakeUpstream;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.Told;
import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, who is shed, and what is learnt from an answer. */
class ConcurrencyFilterTest {
    private static final Failure GONE = Failure.of(Kind.CLIENT_GONE, "by the test");
    private static final PriorityConfig PRIORITY = new PriorityConfig("x-priority", 5);

    private final ManualLoop loop = new ManualLoop();
    private final FakeUpstream upstream = new FakeUpstream();
    private final Metrics metrics = new Metrics(1);
    private final ConcurrencyMetrics shown = new ConcurrencyMetrics(metrics);
    private ConcurrencyConfig config = fixed(20);
    private ConcurrencyLimit limit = new ConcurrencyLimit(config, loop.nanoTime());
    private Optional<PriorityConfig> priority = Optional.empty();
    private Exchange exchange = Exchanges.on(loop);

    private static ConcurrencyConfig fixed(int limit) {
        return new ConcurrencyConfig(Algorithm.GRADIENT, limit, limit);
    }

    private void adaptive() {
        config = new ConcurrencyConfig(Algorithm.GRADIENT, 5, 1000);
        limit = new ConcurrencyLimit(config, loop.nanoTime());
    }

    private Reply send(Service next, Body body, String... headers) {
        exchange = Exchanges.on(loop);
        Request request = new Request("POST", Target.of("/"), Headers.of(headers), body);
        return new ConcurrencyFilter("charge", config, priority, limit, shown.route("charge", priority.isPresent()))
                .over(next)
                .send(exchange, request);
    }

    private Reply send(String... headers) {
        return send(upstream, Body.EMPTY, headers);
    }

    private long shed(String label) {
        return ((Counter) shedSeries().get(List.of("charge", label))).total();
    }

    private Map<List<String>, ? extends Series> shedSeries() {
        for (Family<?> family : metrics.families()) {
            if (family.name().equals("outrigger_shed_total")) {
                return family.series();
            }
        }
        throw new AssertionError("no such metric");
    }

    // ---- in and out

    @Test
    void soManyAreLetInAndLeaveAtTheirEnd() {
        for (int i = 0; i < 20; i++) {
            send();
        }
        PushedBody body = new PushedBody(new Chunks());
        Told refused = Told.by(send(upstream, body));
        assertThat(refused.failure().kind()).isEqualTo(Kind.SHED);
        assertThat(refused.failure().blame()).isEqualTo(Blame.PROXY);
        assertThat(refused.failure().retryAfterSeconds()).isOne();
        assertThat(body.discarded()).isEqualTo(refused.failure());
        assertThat(exchange.notes()).extracting(Note::why).containsExactly("20 in flight, limit 20, priority none");
        assertThat(shed("none")).isOne();

        upstream.call(3).answer(new Response(200, Headers.NONE, Body.EMPTY));
        assertThat(limit.inFlight()).as("until the last byte").isEqualTo(20);
        upstream.call(3).complete();
        assertThat(limit.inFlight()).isEqualTo(19);
        send();
        assertThat(upstream.calls()).isEqualTo(21);
    }

    @Test
    void whoIsGivenUpFailsOrThrowsLeavesOnce() {
        Reply reply = send();
        reply.fail(GONE);
        reply.fail(GONE);
        send();
        upstream.last().fail(Kind.RESET);
        assertThat(limit.inFlight()).isZero();
        Service bug = (_, _) -> {
            throw new IllegalStateException("by the test");
        };
        assertThatThrownBy(() -> send(bug, Body.EMPTY)).isInstanceOf(IllegalStateException.class);
        assertThat(limit.inFlight()).isZero();
    }

    // ---- priorities

    @ParameterizedTest
    @CsvSource({"0, 11", "1, 12", "4, 15", "5, 16", "8, 19", "9, 20"})
    void aPriorityMayBeInItsShareOfTheLimit(String said, int most) {
        priority = Optional.of(PRIORITY);
        for (int i = 0; i < most; i++) {
            assertThat(send("x-priority", said).answered()).isFalse();
        }
        assertThat(Told.by(send("X-Priority", said)).failure().kind()).isEqualTo(Kind.SHED);
        assertThat(shed(said)).isOne();
        assertThat(send("x-priority", "9").answered()).isEqualTo(most == 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "-1", "high", "5 ", "٣"})
    void whoSaysNothingThatIsOneHasTheDefault(String said) {
        priority = Optional.of(new PriorityConfig("x-priority", 2));
        for (int i = 0; i < 13; i++) {
            send();
        }
        send("x-priority", said);
        assertThat(shed("2")).isOne();
    }

    @Test
    void someoneIsAlwaysLetIn() {
        config = fixed(1);
        limit = new ConcurrencyLimit(config, loop.nanoTime());
        priority = Optional.of(PRIORITY);
        assertThat(send("x-priority", "0").answered()).isFalse();
        assertThat(send("x-priority", "9").answered()).isTrue();
    }

    @Test
    void aReloadTakesTheSeriesAwayThatCountNoLonger() {
        shown.route("gets", false);
        shown.route("gets", true);
        shown.route("loses", true);
        shown.route("loses", false);
        shown.route("goes", true);
        shown.retain(Set.of("gets", "loses"), Set.of("gets", "goes"));
        assertThat(shedSeries().keySet())
                .contains(List.of("gets", "0"), List.of("gets", "9"), List.of("loses", "none"))
                .hasSize(11);
    }

    // ---- what is learnt

    /** Windows in which all that is let in is answered so, after that many milliseconds. */
    private void windows(int count, int millis, Consumer<FakeCall> answer) {
        for (int i = 0; i < count; i++) {
            List<FakeCall> all = new ArrayList<>();
            while (!send().answered()) {
                all.add(upstream.last());
            }
            loop.advanceMillis(millis);
            all.forEach(answer);
        }
    }

    private void usual() {
        adaptive();
        windows(10, 100, call -> call.answer(200));
        assertThat(limit.limit()).as("grows").isGreaterThan(20);
    }

    @Test
    void shrinksWhenHeadsTakeLonger() {
        usual();
        int before = limit.limit();
        windows(10, 400, call -> call.answer(404));
        assertThat(limit.limit()).isLessThan(before * 3 / 4);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"ATTEMPT_TIMEOUT", "DEADLINE", "CLIENT_GONE"},
            value = Kind.class)
    void shrinksWhenNoHeadsComeForLongerThanUsual(Kind kind) {
        usual();
        int before = limit.limit();
        windows(10, 400, call -> call.fail(kind));
        assertThat(limit.limit()).isLessThan(before * 3 / 4);
    }

    @Test
    void clientsWhoLeaveSoonSayNothing() {
        usual();
        int before = limit.limit();
        windows(5, 20, call -> call.fail(Kind.CLIENT_GONE));
        assertThat(limit.limit()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503})
    void quickErrorsAreNoSignOfEase(int status) {
        usual();
        int before = limit.limit();
        windows(20, 1, call -> call.answer(status));
        windows(20, 1, call -> call.fail(Kind.CONNECT_REFUSED));
        assertThat(limit.limit()).isEqualTo(before);
    }

    @Test
    void whatTheClientTakesForItsBodyIsNotTheUpstreams() {
        usual();
        int before = limit.limit();
        for (int i = 0; i < 10; i++) {
            List<PushedBody> bodies = new ArrayList<>();
            List<FakeCall> calls = new ArrayList<>();
            PushedBody body = new PushedBody(new Chunks());
            while (!send(upstream, body).answered()) {
                bodies.add(body);
                calls.add(upstream.last());
                body = new PushedBody(new Chunks());
            }
            loop.advanceMillis(1000);
            bodies.forEach(PushedBody::end);
            loop.advanceMillis(100);
            calls.forEach(call -> call.answer(200));
        }
        assertThat(limit.limit()).isGreaterThan(before);
    }
}
