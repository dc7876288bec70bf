package io.outrigger.filter.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.DataSize;
import io.outrigger.config.FallbackConfig;
import io.outrigger.config.FallbackConfig.Rung.Respond;
import io.outrigger.config.FallbackConfig.Rung.Stale;
import io.outrigger.config.FallbackConfig.Rung.Upstream;
import io.outrigger.config.StatusSet;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Blame;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Note;
import io.outrigger.exchange.Repeat;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Target;
import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.FakeUpstream;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.RecordingSink;
import io.outrigger.fixtures.Told;
import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Metrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered for what, by which rung, and what is left of it afterwards. */
class FallbackFilterTest {
    private static final Failure GONE = Failure.of(Kind.CLIENT_GONE, "by the test");
    private static final HeaderName DEGRADED = HeaderName.of("x-outrigger-degraded");
    private static final Respond FIXED = new Respond(200, Map.of("content-type", "text/plain"), "none");
    private static final Upstream OTHER = new Upstream("other");
    private static final Stale STALE = new Stale(Duration.ofMinutes(10), DataSize.ofKiB(256), DataSize.ofMiB(8));

    private final ManualLoop loop = new ManualLoop();
    private final Chunks chunks = new Chunks();
    private final FakeUpstream upstream = new FakeUpstream();
    private final FakeUpstream other = new FakeUpstream();
    private final StaleStore store = new StaleStore(new BufferBudget(Long.MAX_VALUE));
    private final BufferBudget buffers = new BufferBudget(1 << 20);
    private final Metrics metrics = new Metrics(1);
    private final FallbackMeters meters = new FallbackMetrics(metrics).route("charge");
    private Exchange exchange = Exchanges.on(loop);

    @AfterEach
    void nothingIsLeft() {
        assertThat(buffers.takenBytes()).as("buffers").isZero();
        assertThat(chunks.held()).as("chunks").isZero();
        assertThat(loop.pending()).as("timers").isZero();
    }

    private static Request request(String method, Body body, String... headers) {
        return new Request(method, Target.of("/a?b"), Headers.of(headers), body);
    }

    private static Request get(String... headers) {
        return request("GET", Body.EMPTY, headers);
    }

    private Reply send(Request request, FallbackConfig.Rung... rungs) {
        return send(new FallbackConfig(true, StatusSet.of(500, 503), List.of(rungs)), request);
    }

    private Reply send(FallbackConfig config, Request request) {
        exchange = Exchanges.on(loop);
        FallbackFilter.Supplies supplies =
                new FallbackFilter.Supplies(_ -> other, _ -> store, buffers, Set.of("GET", "PUT"), DataSize.ofKiB(64));
        return new FallbackFilter(config, supplies, meters).over(upstream).send(exchange, request);
    }

    private long degraded(String rung) {
        for (Family<?> family : metrics.families()) {
            if (family.name().equals("outrigger_degraded_total")) {
                return ((Counter) family.series().get(List.of("charge", rung))).total();
            }
        }
        throw new AssertionError("no such metric");
    }

    // ---- what is answered for what

    @Test
    void aGoodAnswerPasses() {
        Told told = Told.by(send(get(), FIXED));
        upstream.last().answer(404);
        assertThat(told).hasToString("404 404");
        assertThat(exchange.degraded()).isEmpty();
    }

    /** By which HEAD is told it (RFC 9110 §9.3.2). */
    @ParameterizedTest
    @CsvSource({"200, none, 4", "200, é, 2", "503, '', 0", "204, '', 0"})
    void theBodyOfAFixedAnswerIsAsLongAsItIs(int status, String body, int length) {
        Told told = Told.by(send(request("HEAD", Body.EMPTY), new Respond(status, Map.of(), body)));
        upstream.last().fail(Kind.RESET);
        assertThat(told.head().body().length()).isEqualTo(length);
        told.body();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aFailureIsAnsweredForUnlessItIsTheClients(Kind kind) {
        Told told = Told.by(send(get(), FIXED));
        upstream.last().fail(kind);
        if (Failure.of(kind, "").blame() == Blame.CLIENT || kind.status() == 429) {
            assertThat(told.failure().kind()).isEqualTo(kind);
            assertThat(exchange.degraded()).isEmpty();
        } else {
            assertThat(told.head().status()).isEqualTo(200);
            assertThat(told.head().headers().get(DEGRADED)).isEqualTo("static");
            assertThat(told.body()).isEqualTo("none");
            assertThat(exchange.degraded()).isEqualTo("static");
            assertThat(degraded("static")).isOne();
            assertThat(exchange.notes()).extracting(Note::why).containsExactly("instead of " + kind.cause());
        }
    }

    @Test
    void aStatusIsAnsweredForWhereItIsListed() {
        Told listed = Told.by(send(get(), FIXED));
        upstream.last().answer(503, chunks.of("broken"));
        assertThat(listed.body()).isEqualTo("none");
        assertThat(listed.head().headers().get(HeaderName.of("content-type"))).isEqualTo("text/plain");
        assertThat(listed).hasToString("200 200");

        Told another = Told.by(send(get(), FIXED));
        upstream.last().answer(502);
        assertThat(another).hasToString("502 502");
    }

    @Test
    void failuresPassWhereOnlyStatusesAreListed() {
        FallbackConfig config = new FallbackConfig(false, StatusSet.of(503), List.of(FIXED));
        Told told = Told.by(send(config, get()));
        upstream.last().fail(Kind.RESET);
        assertThat(told.failure().kind()).isEqualTo(Kind.RESET);
    }

    @Test
    void aClientWhoLeavesStopsIt() {
        Reply reply = send(get(), FIXED);
        reply.fail(GONE);
        assertThat(upstream.last().cancelled()).isEqualTo(GONE);
        assertThat(degraded("static")).isZero();
    }

    // ---- another upstream

    /** Which keeps no account of keys: who came again with this one would have it done twice. */
    @ParameterizedTest
    @EnumSource(
            value = Repeat.class,
            names = {"NEVER", "ALWAYS"})
    void whatHasAKeyGoesToNoOtherUpstream(Repeat repeat) {
        for (Kind kind : List.of(Kind.CONNECT_REFUSED, Kind.STORE_FAILED, Kind.SHED, Kind.RESET)) {
            for (String method : List.of("POST", "PUT")) {
                Told told = Told.by(send(request(method, Body.EMPTY), OTHER, FIXED));
                exchange.repeat(repeat);
                upstream.last().fail(kind);
                assertThat(told.body()).isEqualTo("none");
                assertThat(exchange.degraded()).isEqualTo("static");
            }
        }
        assertThat(other.calls()).isZero();
    }

    @Test
    void anotherUpstreamAnswersWithItsOwnTime() {
        Told told = Told.by(send(get(), OTHER));
        loop.advance(Duration.ofSeconds(5));
        upstream.last().fail(Kind.DEADLINE);
        assertThat(exchange.deadline())
                .isEqualTo(loop.nanoTime() + Duration.ofSeconds(1).toNanos());
        assertThat(other.last().request().attempt()).isEqualTo(2);
        loop.advanceMillis(999);
        other.last().answer(200);
        assertThat(told.head().headers().get(DEGRADED)).isEqualTo("upstream");
        assertThat(told).hasToString("200 200");
        assertThat(degraded("upstream")).isOne();
    }

    @Test
    void anUpstreamThatTakesTooLongIsLeftForTheNextRung() {
        Told told = Told.by(send(get(), OTHER, FIXED));
        upstream.last().fail(Kind.RESET);
        loop.advanceMillis(1000);
        assertThat(other.last().cancelled()).isNotNull();
        assertThat(told.body()).isEqualTo("none");
        assertThat(degraded("upstream")).isZero();
        assertThat(exchange.notes())
                .extracting(Note::why)
                .containsExactly("upstream could not: attempt_timeout", "instead of reset");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503})
    void anUpstreamThatDoesNoBetterIsLeftForTheNextRung(int status) {
        Told told = Told.by(send(get(), OTHER, FIXED));
        upstream.last().fail(Kind.RESET);
        other.last().answer(status, chunks.of("broken, too"));
        assertThat(told.body()).isEqualTo("none");
    }

    @Test
    void theUpstreamsOwnAnswerIsThereWhenNoRungCanAnswer() {
        Told told = Told.by(send(get(), STALE, OTHER));
        upstream.last().answer(503, chunks.of("first"));
        other.last().answer(500, chunks.of("second"));
        assertThat(told.head().status()).isEqualTo(503);
        assertThat(told.body()).isEqualTo("first");
        assertThat(told.head().headers().has(DEGRADED)).isFalse();
        assertThat(exchange.degraded()).isEmpty();

        Told failed = Told.by(send(get(), STALE));
        upstream.last().fail(Kind.RESET);
        assertThat(failed.failure().kind()).isEqualTo(Kind.RESET);
    }

    @Test
    void whatMayHaveBeenDoneIsNotSentElsewhereUnlessItsMethodMayBeRepeated() {
        send(request("POST", Body.EMPTY), OTHER);
        upstream.last().fail(Kind.RESET);
        assertThat(other.calls()).isZero();
        send(request("POST", Body.EMPTY), OTHER);
        upstream.last().answer(503);
        assertThat(other.calls()).isZero();
        send(request("PUT", Body.EMPTY), OTHER).fail(GONE);
        upstream.last().fail(Kind.RESET);
        send(request("PUT", Body.EMPTY), OTHER);
        upstream.last().fail(Kind.RESET);
        assertThat(other.calls()).isOne();
        other.last().answer(200);
    }

    @Test
    void whatWasNeverSentOrWasRefusedIsSentElsewhereWhateverItsMethod() {
        upstream.slowToConnect();
        send(request("POST", Body.EMPTY), OTHER);
        upstream.last().fail(Kind.POOL_FULL);
        assertThat(other.calls()).isOne();
        other.last().answer(201);
        send(new FallbackConfig(true, StatusSet.of(421), List.of(OTHER)), request("POST", Body.EMPTY));
        upstream.last().connect().answer(421);
        assertThat(other.calls()).isEqualTo(2);
        other.last().answer(201);
    }

    @Test
    void theWholeBodyIsSentElsewhere() {
        PushedBody body = new PushedBody(chunks);
        Told told = Told.by(send(request("PUT", body), OTHER));
        body.push("abc");
        upstream.last().answer(503);
        body.push("def").end();
        assertThat(other.last().received().text()).isEqualTo("abcdef");
        other.last().answer(200);
        assertThat(told).hasToString("200 200");
    }

    @Test
    void aBodyThatIsTooLongIsNotSentElsewhere() {
        PushedBody body = new PushedBody(chunks, 70_000);
        Told told = Told.by(send(request("PUT", body), OTHER, FIXED));
        body.push("x".repeat(1000));
        upstream.last().fail(Kind.RESET);
        assertThat(other.calls()).isZero();
        assertThat(told.body()).isEqualTo("none");
    }

    @Test
    void aClientWhoLeavesStopsTheOtherUpstreamToo() {
        Reply reply = send(get(), OTHER);
        upstream.last().answer(503, chunks.of("held"));
        reply.fail(GONE);
        assertThat(other.last().cancelled()).isEqualTo(GONE);
        loop.advance(Duration.ofSeconds(2));
    }

    @Test
    void aResponseThatIsNotCompleteInTimeIsCut() {
        Told told = Told.by(send(get(), OTHER));
        upstream.last().fail(Kind.RESET);
        PushedBody body = new PushedBody(chunks);
        other.last().answer(new Response(200, Headers.NONE, body));
        RecordingSink sink = RecordingSink.reading(told.head().body());
        body.push("so far");
        loop.advanceMillis(1000);
        assertThat(sink.text()).isEqualTo("so far");
        assertThat(told.failure().kind()).isEqualTo(Kind.RESPONSE_CUT);
    }

    @Test
    void aTunnelIsNotCut() {
        Told told = Told.by(send(get(), OTHER));
        upstream.last().fail(Kind.RESET);
        other.last().answer(new Response(101, Headers.NONE, Body.EMPTY));
        loop.advance(Duration.ofMinutes(1));
        assertThat(told.ended()).isFalse();
        other.last().complete();
        assertThat(told).hasToString("101 101");
    }

    // ---- the last good answer

    private void wellOnce(Request request, Headers headers, String text) {
        Told told = Told.by(send(request, STALE));
        upstream.last().answer(new Response(200, headers, Body.of(chunks.of(text))));
        assertThat(told.body()).isEqualTo(text);
        assertThat(told.head().headers().has(DEGRADED)).isFalse();
    }

    private Told failing(Request request) {
        Told told = Told.by(send(request, STALE));
        upstream.last().fail(Kind.CONNECT_REFUSED);
        return told;
    }

    @Test
    void theLastGoodAnswerIsGivenWithItsAge() {
        wellOnce(
                get(), Headers.of("content-type", "text/plain", "set-cookie", "a=b", "cache-control", "public"), "old");
        wellOnce(get(), Headers.of("Content-Type", "text/html", "set-cookie", "a=b", "Cache-Control", "public"), "new");
        loop.advance(Duration.ofSeconds(90));
        Told told = failing(get());
        Headers headers = told.head().headers();
        assertThat(told.body()).isEqualTo("new");
        assertThat(headers.get(DEGRADED)).isEqualTo("stale");
        assertThat(headers.get(HeaderName.of("age"))).isEqualTo("90");
        assertThat(headers.get(HeaderName.of("cache-status"))).isEqualTo("outrigger; fwd=stale");
        assertThat(headers.get(HeaderName.of("content-type"))).isEqualTo("text/html");
        assertThat(headers.has(HeaderName.of("set-cookie"))).isFalse();
        assertThat(told).hasToString("200 200");
        assertThat(degraded("stale")).isOne();
        assertThat(failing(get()).body()).as("again").isEqualTo("new");
    }

    @Test
    void anAnswerIsNotGivenBeyondItsAge() {
        wellOnce(get(), Headers.NONE, "old");
        loop.advance(Duration.ofMinutes(10));
        assertThat(failing(get()).body()).isEqualTo("old");
        loop.advance(Duration.ofNanos(1));
        assertThat(failing(get()).failure().kind()).isEqualTo(Kind.CONNECT_REFUSED);
    }

    @Test
    void onlyAnswersToGetWith200AreKept() {
        for (int status : new int[] {201, 203, 206, 304, 404}) {
            Told.by(send(get(), STALE));
            upstream.last().answer(status);
        }
        send(request("POST", Body.EMPTY), STALE);
        upstream.last().answer(200);
        send(request("HEAD", Body.EMPTY), STALE);
        upstream.last().answer(200);
        assertThat(store.bytes()).isZero();
        wellOnce(get(), Headers.NONE, "good");
        Told post = Told.by(send(request("POST", Body.EMPTY), STALE));
        upstream.last().fail(Kind.CONNECT_REFUSED);
        assertThat(post.failure().kind()).isEqualTo(Kind.CONNECT_REFUSED);
    }

    @Test
    void anEmptyAnswerIsAnAnswer() {
        Told told = Told.by(send(get(), STALE));
        upstream.last().answer(new Response(200, Headers.of("content-length", "0"), Body.EMPTY));
        RecordingSink.reading(told.head().body());
        upstream.last().complete();
        assertThat(failing(get()).body()).isEmpty();
    }

    @Test
    void whatIsSaidToOneIsNotGivenToAnother() {
        wellOnce(get("authorization", "x"), Headers.NONE, "secret");
        assertThat(store.bytes()).isZero();
        wellOnce(get(), Headers.NONE, "for all");
        assertThat(failing(get("cookie", "a=b")).failure().kind()).isEqualTo(Kind.CONNECT_REFUSED);
        wellOnce(get("authorization", "x"), Headers.of("cache-control", "public"), "for everybody");
        assertThat(failing(get("cookie", "a=b")).body()).isEqualTo("for everybody");
        assertThat(failing(get()).body()).isEqualTo("for everybody");
    }

    @Test
    void anAnswerThatMayNotBeKeptEndsTheOneBefore() {
        wellOnce(get(), Headers.NONE, "old");
        wellOnce(get(), Headers.of("cache-control", "no-store"), "new");
        assertThat(failing(get()).failure().kind()).isEqualTo(Kind.CONNECT_REFUSED);
        assertThat(store.bytes()).isZero();
    }

    @Test
    void aBodyIsKeptWholeOrNotAtAll() {
        PushedBody body = new PushedBody(chunks);
        Told told = Told.by(send(get(), STALE));
        upstream.last().answer(new Response(200, Headers.NONE, body));
        RecordingSink sink = RecordingSink.reading(told.head().body());
        for (int i = 0; i < 20; i++) {
            body.push("x".repeat(1000));
        }
        assertThat(buffers.takenBytes()).as("while it comes").isBetween(20_000L, 40_000L);
        body.end();
        assertThat(sink.text()).hasSize(20_000);
        assertThat(failing(get()).body()).hasSize(20_000);

        PushedBody cut = new PushedBody(chunks);
        Told broken = Told.by(send(get("x", "y"), STALE));
        upstream.last().answer(new Response(200, Headers.NONE, cut));
        RecordingSink.reading(broken.head().body());
        cut.push("half");
        upstream.last().fail(Kind.RESPONSE_CUT);
        assertThat(failing(get()).body()).as("the one before").hasSize(20_000);
    }

    @Test
    void aLongBodyPassesAndIsNotKept() {
        PushedBody body = new PushedBody(chunks);
        Told told = Told.by(send(get(), STALE));
        upstream.last().answer(new Response(200, Headers.NONE, body));
        RecordingSink sink = RecordingSink.reading(told.head().body());
        for (int i = 0; i < 300; i++) {
            body.push("x".repeat(1024));
        }
        body.end();
        assertThat(sink.text()).hasSize(300 * 1024);
        assertThat(store.bytes()).isZero();
    }

    @Test
    void aBodyWithTrailersIsNotKept() {
        PushedBody body = new PushedBody(chunks);
        Told told = Told.by(send(get(), STALE));
        upstream.last().answer(new Response(200, Headers.NONE, body));
        RecordingSink.reading(told.head().body());
        body.push("x").end(Headers.of("checksum", "1"));
        assertThat(store.bytes()).isZero();
    }

    @Test
    void withoutMemoryABodyPassesAndIsNotKept() {
        assertThat(buffers.tryTake(1 << 20)).isTrue();
        wellOnce(get(), Headers.NONE, "passes");
        assertThat(store.bytes()).isZero();
        buffers.giveBack(1 << 20);
    }

    @Test
    void aReaderWhoLeavesLeavesNothingBehind() {
        PushedBody body = new PushedBody(chunks);
        Reply reply = send(get(), STALE);
        Told told = Told.by(reply);
        upstream.last().answer(new Response(200, Headers.NONE, body));
        RecordingSink.reading(told.head().body());
        body.push("so far");
        reply.fail(GONE);
        assertThat(store.bytes()).isZero();
    }
}
