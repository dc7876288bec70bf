package io.outrigger.filter.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outrigger.config.IdempotencyConfig.ServerErrors;
import io.outrigger.exchange.Answer;
import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Repeat;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Target;
import io.outrigger.filter.idempotency.Seen.State;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.RecordingSink;
import io.outrigger.fixtures.Told;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One request with a key after the other. */
class IdempotencyFilterTest extends IdempotencySetting {
    private static final HeaderName REPLAYED = HeaderName.of("Idempotent-Replayed");

    // ---- whom it concerns

    @Test
    void aRequestWithoutAKeyIsNotItsBusiness() {
        Request plain = request(Headers.NONE, "pay");
        Told told = send(plain);
        assertThat(upstream.last().request()).isSameAs(plain);
        upstream.last().answer(200);
        assertThat(told).hasToString("200 200");
        assertThat(exchange.repeat()).isEqualTo(Repeat.BY_METHOD);
        assertThat(counted()).isEmpty();
    }

    @Test
    void aMethodThatIsNotListedIsNotItsBusiness() {
        config = required();
        Request get = new Request("GET", Target.of("/"), Headers.of("Idempotency-Key", "k"), Body.EMPTY);
        send(get);
        assertThat(upstream.last().request()).isSameAs(get);
        upstream.last().answer(200);
    }

    @Test
    void aKeyMayBeRequired() {
        config = required();
        assertThat(send(request(Headers.NONE, "pay"))).hasToString("KEY_MISSING KEY_MISSING");
        assertThat(upstream.calls()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "\"a", "caf\u00e9"})
    void aMalformedKeyIsRefused(String key) {
        assertThat(post(key, "pay")).hasToString("KEY_MALFORMED KEY_MALFORMED");
        assertThat(upstream.calls()).isZero();
    }

    @Test
    void twoKeysAreRefused() {
        Headers both = Headers.of("Idempotency-Key", "a", "idempotency-key", "b");
        assertThat(send(request(both, "pay"))).hasToString("KEY_MALFORMED KEY_MALFORMED");
    }

    // ---- once

    @Test
    void theFirstIsSentAndTheNextGetsItsAnswer() {
        Told first = post("k", "pay");
        assertThat(upstream.last().received().text()).isEqualTo("pay");
        assertThat(exchange.repeat()).isEqualTo(Repeat.NEVER);
        upstream.last().answer(new Response(201, Headers.of("location", "/1"), Body.of(chunks.of("made"))));
        assertThat(first.head().headers().has(REPLAYED)).isFalse();
        assertThat(first.body()).isEqualTo("made");
        assertThat(first).hasToString("201 201");

        Told next = post("k", "pay");
        assertThat(next.head().headers().get(REPLAYED)).isEqualTo("true");
        assertThat(next.head().headers().get(HeaderName.of("location"))).isEqualTo("/1");
        assertThat(next.body()).isEqualTo("made");
        assertThat(next).hasToString("201 201");
        assertThat(noted()).containsExactly("replayed");
        assertThat(upstream.calls()).isEqualTo(1);
        assertThat(counted()).containsExactly("replayed 1", "stored 1");
    }

    @Test
    void aQuotedKeyIsTheSameAsABareOne() {
        post("\"k\"", "pay");
        upstream.last().answer(201);
        assertThat(read(post("k", "pay"))).isEqualTo("201 201");
        assertThat(upstream.calls()).isEqualTo(1);
    }

    @Test
    void trailersAreKeptToo() {
        post("k", "pay");
        PushedBody body = new PushedBody(chunks);
        upstream.last().answer(new Response(200, Headers.NONE, body));
        body.push("ab").push("cd").end(Headers.of("x-sum", "7"));
        assertThat(state("k")).isEqualTo(State.IN_FLIGHT); // its client has not begun to read
        RecordingSink first = RecordingSink.reading(((Response) answerOf(last)).body());
        assertThat(first.trailers()).isNotNull().isNotSameAs(Headers.NONE);
        Told next = post("k", "pay");
        RecordingSink read = RecordingSink.reading(next.head().body());
        assertThat(read.text()).isEqualTo("abcd");
        assertThat(read.trailers()).isNotNull().satisfies(end -> assertThat(end.get(HeaderName.of("x-sum")))
                .isEqualTo("7"));
    }

    @Test
    void anUpgradeIsNotAskedForSinceNobodyCouldRepeatIt() {
        Request plain = request("k", "");
        Request upgrading = new Request(
                "POST", plain.target(), plain.headers(), Body.EMPTY, "websocket", false, Request.FIRST, false);
        send(upgrading);
        assertThat(upstream.last().request().upgrade()).isNull();
        upstream.last().answer(200);
    }

    // ---- which request it is

    @Test
    void otherContentMethodOrTargetIsAMismatch() {
        post("k", "pay");
        upstream.last().answer(201);
        assertThat(post("k", "pay more")).hasToString("KEY_MISMATCH KEY_MISMATCH");
        assertThat(post("k", "")).hasToString("KEY_MISMATCH KEY_MISMATCH");
        Request elsewhere = request("k", "pay").withTarget(Target.of("/charges?dry=2"));
        assertThat(send(elsewhere)).hasToString("KEY_MISMATCH KEY_MISMATCH");
        assertThat(upstream.calls()).isEqualTo(1);
        assertThat(counted()).containsExactly("mismatch 3", "stored 1");
    }

    @Test
    void aMismatchIsToldWhileTheFirstIsUnderWay() {
        post("k", "pay");
        assertThat(post("k", "pay more")).hasToString("KEY_MISMATCH KEY_MISMATCH");
        upstream.last().answer(201);
    }

    @Test
    void theChunksThatABodyCameInDoNotMatter() {
        String whole = "0123456789";
        post("k", whole);
        upstream.last().answer(201);
        for (int cut = 1; cut < whole.length(); cut++) {
            PushedBody body = new PushedBody(chunks);
            body.push(whole.substring(0, cut)).push(whole.substring(cut)).end();
            assertThat(read(send(request("k", body)))).isEqualTo("201 201");
        }
        PushedBody bytes = new PushedBody(chunks);
        whole.chars().forEach(c -> bytes.push(String.valueOf((char) c)));
        bytes.end(Headers.of("x-trailer", "of the request"));
        assertThat(read(send(request("k", bytes)))).isEqualTo("201 201");
        assertThat(upstream.calls()).isEqualTo(1);
    }

    @Test
    void callersDoNotFindEachOthersKeys() {
        List<Headers> callers = new ArrayList<>(List.of(
                Headers.of("Idempotency-Key", "k"),
                Headers.of("Idempotency-Key", "k", "Authorization", ""),
                Headers.of("Idempotency-Key", "k", "Authorization", "a"),
                Headers.of("Idempotency-Key", "k", "Authorization", "ab"),
                Headers.of("Idempotency-Key", "k", "Authorization", "a", "Authorization", "b")));
        for (Headers caller : callers) {
            send(request(caller, "pay"));
            upstream.last().answer(201);
        }
        assertThat(upstream.calls()).isEqualTo(callers.size());
        Headers again = Headers.of("x", "y", "authorization", "ab", "IDEMPOTENCY-KEY", "\"k\"");
        assertThat(read(send(request(again, "pay")))).isEqualTo("201 201");
        assertThat(upstream.calls()).isEqualTo(callers.size());
    }

    // ---- the body

    @Test
    void theBodyIsReadWholeBeforeAnythingIsClaimedOrSent() {
        PushedBody body = new PushedBody(chunks).push("ab");
        send(request("k", body));
        assertThat(upstream.calls()).isZero();
        assertThat(free("k")).isTrue();
        body.push("cd").end(Headers.of("x-sum", "7"));
        assertThat(upstream.last().received().text()).isEqualTo("abcd");
        assertThat(upstream.last().received().trailers()).isNotNull().isNotSameAs(Headers.NONE);
        assertThat(upstream.last().request().body().length()).isEqualTo(-1); // framed as it came
        upstream.last().answer(201);
    }

    @Test
    void theProxyItselfAnswersTheExpectationOfABody() {
        List<Integer> interims = new ArrayList<>();
        PushedBody body = new PushedBody(chunks, 3);
        Request expecting = request("k", body);
        expecting = expecting.withHeaders(expecting.headers().plus(HeaderName.of("expect"), "100-continue"));
        exchange = Exchanges.on(loop);
        exchange.onInterim((status, _) -> interims.add(status));
        last = filter().apply(exchange, expecting, upstream);
        assertThat(interims).containsExactly(100);
        assertThat(upstream.calls()).isZero();
        body.push("pay").end();
        assertThat(upstream.last().request().headers().has(HeaderName.of("expect")))
                .isFalse();
        assertThat(upstream.last().request().headers().has(HeaderName.of("idempotency-key")))
                .isTrue();
        upstream.last().answer(201);
    }

    @Test
    void aBodyThatIsTooLongIsRefusedAndNothingIsClaimed() {
        PushedBody told = new PushedBody(chunks, SMALL + 1);
        assertThat(send(request("k", told))).hasToString("KEY_BODY_TOO_LARGE KEY_BODY_TOO_LARGE");
        assertThat(told.begun()).isFalse();
        PushedBody untold = new PushedBody(chunks).push("x".repeat(SMALL));
        Told answer = send(request("k", untold));
        assertThat(answer.answered()).isFalse();
        untold.push("y");
        assertThat(answer).hasToString("KEY_BODY_TOO_LARGE KEY_BODY_TOO_LARGE");
        assertThat(untold.discarded()).isNotNull();
        assertThat(free("k")).isTrue();
        assertThat(upstream.calls()).isZero();
    }

    @Test
    void aBodyOfExactlyTheLimitIsFine() {
        post("k", "x".repeat(SMALL));
        upstream.last().answer(201);
        assertThat(state("k")).isEqualTo(State.ANSWERED);
    }

    @Test
    void aBodyThatBreaksOffClaimsNothing() {
        PushedBody body = new PushedBody(chunks).push("ab");
        Told told = send(request("k", body));
        body.fail(Failure.of(Failure.Kind.BAD_BODY, "by the test"));
        assertThat(told).hasToString("BAD_BODY BAD_BODY");
        assertThat(told.failure().delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(free("k")).isTrue();
    }

    @Test
    void withoutMemoryForItsBodyARequestIsShed() {
        long all = 100_000;
        buffers.tryTake(all);
        assertThat(post("k", "pay")).hasToString("SHED SHED");
        assertThat(free("k")).isTrue();
        buffers.giveBack(all);
    }

    @Test
    void withoutMemoryForItsAnswerARequestIsShedBeforeItIsSent() {
        buffers.tryTake(100_000);
        assertThat(post("k", "")).hasToString("SHED SHED");
        assertThat(free("k")).isTrue();
        assertThat(upstream.calls()).isZero();
        buffers.giveBack(100_000);
    }

    // ---- how it ends

    @ParameterizedTest
    @ValueSource(ints = {408, 409, 421, 425, 429})
    void whatWasNotDoneIsForgotten(int status) {
        post("k", "pay");
        upstream.last().answer(status, chunks.of("no"));
        assertThat(drained(last)).isEqualTo("no");
        assertThat(free("k")).isTrue();
        assertThat(counted()).containsExactly("released 1");
    }

    @Test
    void whatWasNeverSentIsForgotten() {
        upstream.willFail(Failure.Kind.CONNECT_REFUSED);
        assertThat(post("k", "pay")).hasToString("CONNECT_REFUSED CONNECT_REFUSED");
        assertThat(free("k")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RESET", "STALE_CONNECTION", "BAD_RESPONSE", "ATTEMPT_TIMEOUT"})
    void aLostAnswerHoldsTheKey(Failure.Kind kind) {
        Told told = post("k", "pay");
        upstream.last().fail(kind);
        assertThat(told).hasToString(kind + " " + kind);
        assertThat(state("k")).isEqualTo(State.UNKNOWN);
        assertThat(post("k", "pay")).hasToString("KEY_UNKNOWN KEY_UNKNOWN");
        assertThat(whyUnknown("k")).isEqualTo("its answer never came");
        assertThat(post("k", "pay more")).hasToString("KEY_MISMATCH KEY_MISMATCH");
        assertThat(upstream.calls()).isEqualTo(1);
        assertThat(counted()).containsExactly("held 1", "mismatch 1");
    }

    /** What a request that comes after it is told. */
    private String whyUnknown(String key) {
        String detail = post(key, "pay").failure().detail();
        String before = "the first request with this key was sent, and ";
        assertThat(detail).startsWith(before);
        return detail.substring(before.length());
    }

    @Test
    void aCutAnswerHoldsTheKey() {
        Told told = post("k", "pay");
        PushedBody body = new PushedBody(chunks).push("ma");
        upstream.last().answer(new Response(201, Headers.NONE, body));
        RecordingSink client = RecordingSink.reading(told.head().body());
        body.fail(Failure.of(Failure.Kind.RESPONSE_CUT, "by the test"));
        assertThat(client.text()).isEqualTo("ma");
        assertThat(client.failure()).isNotNull();
        assertThat(told).hasToString("201 201+RESPONSE_CUT");
        assertThat(state("k")).isEqualTo(State.UNKNOWN);
        assertThat(whyUnknown("k")).isEqualTo("its answer was cut short");
    }

    @Test
    void anAnswerThatIsTooLargeIsDeliveredInFullAndHoldsTheKey() {
        Told told = post("k", "pay");
        PushedBody body = new PushedBody(chunks);
        upstream.last().answer(new Response(201, Headers.NONE, body));
        RecordingSink client = RecordingSink.reading(told.head().body());
        body.push("x".repeat(SMALL)).push("y").push("z".repeat(SMALL)).end();
        assertThat(client.text()).isEqualTo("x".repeat(SMALL) + "y" + "z".repeat(SMALL));
        assertThat(client.ended()).isTrue();
        assertThat(told).hasToString("201 201");
        assertThat(state("k")).isEqualTo(State.UNKNOWN);
        assertThat(noted()).containsExactly("not stored");
        assertThat(whyUnknown("k")).isEqualTo("its answer was larger than can be kept");
    }

    @Test
    void aServerErrorIsWhatTheConfigurationSays() {
        post("a", "pay");
        upstream.last().answer(500);
        assertThat(state("a")).isEqualTo(State.UNKNOWN);
        assertThat(whyUnknown("a")).isEqualTo("its answer was a server error");
        config = onServerErrors(ServerErrors.FORGET);
        post("b", "pay");
        upstream.last().answer(503);
        assertThat(free("b")).isTrue();
        config = onServerErrors(ServerErrors.STORE);
        post("c", "pay");
        upstream.last().answer(503);
        assertThat(read(post("c", "pay"))).isEqualTo("503 503");
        assertThat(counted()).containsExactly("held 1", "released 1", "replayed 1", "stored 1");
    }

    @Test
    void whatIsLostMayBeReleased() {
        config = releasing();
        lose("k", "pay");
        assertThat(free("k")).isTrue();
        post("k", "another thing");
        upstream.last().answer(201);
        assertThat(upstream.calls()).isEqualTo(2);
    }

    /** 429 after a retry says nothing of the attempt before it, which may have been processed. */
    @ParameterizedTest
    @ValueSource(ints = {409, 421, 425, 429})
    void anAnswerThatIsNotStoredDoesNotFreeTheKeyOfAnEarlierAttempt(int status) {
        config = honoured();
        exchange = Exchanges.on(loop);
        last = filter().apply(exchange, request("k", "pay"), (its, request) -> {
            Attempt lost = new Attempt("elsewhere", its.nanoTime());
            its.begin(lost);
            lost.begin();
            lost.end(Failure.of(Failure.Kind.RESET, "by the test"), its.nanoTime());
            return upstream.send(its, request.again(its.another(), request.body(), false));
        });
        upstream.last().answer(status);
        assertThat(state("k")).isEqualTo(State.UNKNOWN);
        assertThat(post("k", "pay more")).hasToString("KEY_MISMATCH KEY_MISMATCH");
        post("k", "pay");
        assertThat(noted()).containsExactly("again");
        upstream.last().answer(201);
    }

    @Test
    void anUpstreamThatKnowsTheKeyIsAskedAgain() {
        config = honoured();
        lose("k", "pay");
        assertThat(exchange.repeat()).isEqualTo(Repeat.ALWAYS);
        assertThat(state("k")).isEqualTo(State.UNKNOWN);
        assertThat(post("k", "pay more")).hasToString("KEY_MISMATCH KEY_MISMATCH");
        Told again = post("k", "pay");
        assertThat(noted()).containsExactly("again");
        assertThat(upstream.last().request().headers().get(HeaderName.of("idempotency-key")))
                .isEqualTo("k");
        upstream.last().answer(201);
        assertThat(again).hasToString("201 201");
        assertThat(state("k")).isEqualTo(State.ANSWERED);
    }

    @Test
    void whatWasLostStaysLostWhenItCannotBeSentAgain() {
        config = honoured();
        lose("k", "pay");
        upstream.willFail(Failure.Kind.CONNECT_REFUSED);
        post("k", "pay");
        assertThat(state("k")).isEqualTo(State.UNKNOWN);
        upstream.willAnswer(409); // the first one is under way there
        post("k", "pay");
        assertThat(state("k")).isEqualTo(State.UNKNOWN);
    }

    // ---- what is below

    @Test
    void aBodyThatNobodyBelowHasTouchedIsReleased() {
        exchange = Exchanges.on(loop);
        Failure open = Failure.of(Failure.Kind.CIRCUIT_OPEN, "by the test");
        Told told = Told.by(filter().apply(exchange, request("k", "pay"), (_, _) -> Reply.failed(open)));
        assertThat(told).hasToString("CIRCUIT_OPEN CIRCUIT_OPEN");
        assertThat(chunks.held()).isZero();
        assertThat(free("k")).isTrue();
    }

    @Test
    void aBugBelowLeavesTheKeyUnknownAndNothingElse() {
        exchange = Exchanges.on(loop);
        Request request = request("k", "pay");
        assertThatThrownBy(() -> filter().apply(exchange, request, (_, _) -> {
                    throw new IllegalStateException("by the test");
                }))
                .hasMessage("by the test");
        assertThat(state("k")).isEqualTo(State.UNKNOWN);
    }

    private static Answer answerOf(Reply reply) {
        List<Answer> answers = new ArrayList<>();
        reply.onAnswer(answers::add);
        return answers.getFirst();
    }

    private static String drained(Reply reply) {
        return RecordingSink.reading(((Response) answerOf(reply)).body()).text();
    }
}
