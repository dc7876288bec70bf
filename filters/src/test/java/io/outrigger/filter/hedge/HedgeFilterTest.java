package io.outrigger.filter.hedge;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.FakeCall;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.RecordingSink;
import io.outrigger.fixtures.Told;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests without a body, of which a second attempt may begin. */
class HedgeFilterTest extends HedgeSetting {
    @Test
    void anAnswerInTimeGoesUpAsItIs() {
        Told told = send(get());
        loop.advanceMillis(99);
        upstream.last().answer(200);
        assertThat(told).hasToString("200 200");
        assertThat(upstream.calls()).isEqualTo(1);
        assertThat(counted()).isEmpty();
        assertThat(noted()).isEmpty();
    }

    @Test
    void anAnswerThatIsThereAtOnceNeedsNoTimer() {
        upstream.willFail(Kind.CONNECT_REFUSED);
        assertThat(send(get())).hasToString("CONNECT_REFUSED CONNECT_REFUSED");
        assertThat(loop.pending()).isZero();
    }

    @Test
    void aFailureInTimeGoesUpAtOnceForTheRetriesToDealWith() {
        Told told = send(get());
        loop.advanceMillis(10);
        upstream.last().fail(Kind.RESET);
        assertThat(told).hasToString("RESET RESET");
        assertThat(loop.pending()).isZero();
    }

    @Test
    void aSecondAttemptBeginsWhenTheFirstTakesLong() {
        send(get());
        loop.advanceMillis(99);
        assertThat(upstream.calls()).isEqualTo(1);
        loop.advanceMillis(1);
        assertThat(upstream.calls()).isEqualTo(2);
        assertThat(upstream.last().request().attempt()).isEqualTo(2);
        assertThat(upstream.last().request().fresh()).isFalse();
        loop.advanceMillis(1000);
        assertThat(upstream.calls()).isEqualTo(2);
        assertThat(tokens).isEqualTo(9);
        last.fail(GONE);
    }

    @Test
    void nothingIsSentTwiceWhereNothingIsLeftOfTheErrorBudget() {
        stopped = true;
        Told told = send(get());
        loop.advanceMillis(10_000);
        assertThat(upstream.calls()).isEqualTo(1);
        assertThat(tokens).isEqualTo(10);
        upstream.last().answer(200);
        assertThat(told).hasToString("200 200");
        assertThat(noted()).containsExactly("hedge denied slo: nothing of the error budget is left");
        stopped = false;
        send(get());
        loop.advanceMillis(100);
        assertThat(upstream.calls()).isEqualTo(3);
        last.fail(GONE);
    }

    @Test
    void theFirstToAnswerWinsAndTheOtherIsCancelledAtOnce() {
        Told told = send(get());
        loop.advanceMillis(100);
        upstream.call(1).answer(200);
        assertThat(told).hasToString("200 200");
        assertThat(upstream.call(0).cancelled()).isNotNull();
        assertThat(counted()).isEqualTo("won 1");
        assertThat(noted())
                .containsExactly(
                        "hedge begun no response head within 100 ms", "hedge won an extra attempt was answered first");
    }

    @Test
    void theFirstAttemptMayStillWin() {
        Told told = send(get());
        loop.advanceMillis(150);
        upstream.call(0).answer(200);
        assertThat(told).hasToString("200 200");
        assertThat(upstream.call(1).cancelled()).isNotNull();
        assertThat(counted()).isEqualTo("lost 1");
        assertThat(noted()).endsWith("hedge lost no extra attempt was answered first");
    }

    /** Each of two attempts answers well (200), badly (503), fails, or never; in both orders. */
    @ParameterizedTest
    @CsvSource({
        // who first, first attempt, second, told, counted, cancelled
        "0, 200,   200,   200,   lost 1, 1",
        "0, 503,   200,   200,   won 1,  -",
        "0, RESET, 200,   200,   won 1,  -",
        "0, 200,   503,   200,   lost 1, 1",
        "0, 503,   503,   503,   lost 1, -",
        "0, RESET, 503,   503,   lost 1, -",
        "0, 200,   RESET, 200,   lost 1, 1",
        "0, 503,   RESET, 503,   lost 1, -",
        "0, RESET, ATTEMPT_TIMEOUT, ATTEMPT_TIMEOUT, lost 1, -",
        "0, 200,   never, 200,   lost 1, 1",
        "1, 200,   200,   200,   won 1,  0",
        "1, 503,   200,   200,   won 1,  0",
        "1, RESET, 200,   200,   won 1,  0",
        "1, never, 200,   200,   won 1,  0",
        "1, 200,   503,   200,   lost 1, -",
        "1, 503,   503,   503,   lost 1, -",
        "1, RESET, 503,   503,   lost 1, -",
        "1, 200,   RESET, 200,   lost 1, -",
        "1, 503,   RESET, 503,   lost 1, -",
        "1, ATTEMPT_TIMEOUT, RESET, ATTEMPT_TIMEOUT, lost 1, -",
    })
    void allOrdersOfTwoAnswers(
            int whoFirst, String first, String second, String told, String counted, String cancelled) {
        Told all = send(get());
        loop.advanceMillis(100);
        String[] does = {first, second};
        act(upstream.call(whoFirst), does[whoFirst]);
        act(upstream.call(1 - whoFirst), does[1 - whoFirst]);
        assertThat(all).hasToString(told + " " + told);
        assertThat(counted()).isEqualTo(counted);
        for (int i = 0; i < 2; i++) {
            boolean given = Integer.toString(i).equals(cancelled);
            assertThat(upstream.call(i).cancelled() != null)
                    .as("cancelled " + i)
                    .isEqualTo(given);
        }
    }

    private void act(FakeCall call, String what) {
        if (call.cancelled() != null || what.equals("never")) {
            return;
        }
        if (Character.isDigit(what.charAt(0))) {
            call.answer(Integer.parseInt(what));
        } else {
            call.fail(Kind.valueOf(what));
        }
    }

    @Test
    void theBodyOfAnAnswerThatWasNotGoodEnoughIsDropped() {
        Told told = send(get());
        loop.advanceMillis(100);
        upstream.call(0).answer(503, chunks.of("busy"));
        upstream.call(1).answer(200, chunks.of("fine"));
        assertThat(told.body()).isEqualTo("fine");
    }

    @Test
    void anAnswerThatWasNotGoodEnoughStandsWhenNothingBetterComes() {
        Told told = send(get());
        loop.advanceMillis(100);
        upstream.call(0).answer(503, chunks.of("busy"));
        upstream.call(1).fail(Kind.RESET);
        assertThat(told.body()).isEqualTo("busy");
        assertThat(told).hasToString("503 503");
    }

    @Test
    void theWinnersBodyStreamsAndItsFailureComesThrough() {
        Told told = send(get());
        loop.advanceMillis(100);
        PushedBody body = new PushedBody(chunks);
        upstream.call(1).answer(new Response(200, Headers.NONE, body));
        RecordingSink client = RecordingSink.reading(told.head().body());
        body.push("ab");
        assertThat(client.text()).isEqualTo("ab");
        body.fail(Failure.of(Kind.RESPONSE_CUT, "by the test"));
        assertThat(told).hasToString("200 200+RESPONSE_CUT");
    }

    @Test
    void aSecondAttemptThatFailsAtOnceLeavesTheFirstAlone() {
        Told told = send(get());
        upstream.willFail(Kind.POOL_FULL);
        loop.advanceMillis(100);
        assertThat(told).hasToString("");
        upstream.call(0).answer(200);
        assertThat(told).hasToString("200 200");
        assertThat(counted()).isEqualTo("lost 1");
    }

    @Test
    void moreThanTwoAttemptsBeginOneAfterTheOther() {
        Told told = send(after(100, 4), get());
        loop.advanceMillis(250);
        assertThat(upstream.calls()).isEqualTo(3);
        upstream.call(1).fail(Kind.RESET);
        loop.advanceMillis(50);
        assertThat(upstream.calls()).isEqualTo(4);
        assertThat(upstream.last().request().attempt()).isEqualTo(4);
        loop.advanceMillis(500);
        assertThat(upstream.calls()).isEqualTo(4);
        upstream.call(2).answer(200);
        assertThat(told).hasToString("200 200");
        assertThat(upstream.call(0).cancelled()).isNotNull();
        assertThat(upstream.call(3).cancelled()).isNotNull();
        assertThat(counted()).isEqualTo("won 1, lost 2");
    }

    @Test
    void whenAllOfThreeFailTheLastFailureGoesUpAndNoOtherBegins() {
        Told told = send(after(100, 4), get());
        loop.advanceMillis(250);
        upstream.call(2).fail(Kind.RESET);
        upstream.call(0).fail(Kind.RESET);
        assertThat(told).hasToString("");
        upstream.call(1).fail(Kind.ATTEMPT_TIMEOUT);
        assertThat(told).hasToString("ATTEMPT_TIMEOUT ATTEMPT_TIMEOUT");
        assertThat(loop.pending()).isZero();
        assertThat(counted()).isEqualTo("lost 2");
    }

    // ---- when there is none

    @Test
    void methodsThatMayNotBeRepeatedAreSentOnce() {
        send(Exchanges.request("POST", get().body()));
        loop.advanceMillis(1000);
        assertThat(upstream.calls()).isEqualTo(1);
        last.fail(GONE);
    }

    @Test
    void upgradesAreSentOnce() {
        Request socket = new Request(
                "GET", get().target(), get().headers(), get().body(), "websocket", false, Request.FIRST, false);
        send(socket);
        loop.advanceMillis(1000);
        assertThat(upstream.calls()).isEqualTo(1);
        last.fail(GONE);
    }

    @Test
    void withoutATokenThereIsNone() {
        tokens = 0;
        Told told = send(get());
        loop.advanceMillis(1000);
        assertThat(upstream.calls()).isEqualTo(1);
        upstream.last().answer(200);
        assertThat(told).hasToString("200 200");
        assertThat(noted()).containsExactly("hedge denied budget: the budget of the route has no token left");
        assertThat(counted()).isEmpty();
    }

    @Test
    void whileTheCircuitIsOpenThereIsNoneAndNothingIsPaid() {
        circuitOpen = true;
        send(get());
        loop.advanceMillis(1000);
        assertThat(upstream.calls()).isEqualTo(1);
        assertThat(tokens).isEqualTo(10);
        assertThat(noted()).containsExactly("hedge denied circuit: it is open");
        last.fail(GONE);
    }

    @Test
    void whereNextToNothingIsAnsweredThereIsNoneAndNothingIsPaid() {
        silent = true;
        send(get());
        loop.advanceMillis(1000);
        assertThat(upstream.calls()).isEqualTo(1);
        assertThat(tokens).isEqualTo(10);
        assertThat(noted()).containsExactly("hedge denied silence: next to none of the route's attempts is answered");
        last.fail(GONE);
    }

    // ---- the end from above

    @Test
    void failingTheReplyBeforeTheDelayCallsItOff() {
        Told told = send(get());
        last.fail(GONE);
        assertThat(upstream.last().cancelled()).isEqualTo(GONE);
        assertThat(told).hasToString("CLIENT_GONE CLIENT_GONE");
        assertThat(loop.pending()).isZero();
        assertThat(counted()).isEmpty();
    }

    @Test
    void failingTheReplyStopsAllThatIsUnderWay() {
        send(after(100, 3), get());
        loop.advanceMillis(200);
        last.fail(GONE);
        for (int i = 0; i < 3; i++) {
            assertThat(upstream.call(i).cancelled()).isNotNull();
        }
        assertThat(counted()).isEqualTo("lost 2");
    }

    @Test
    void failingTheReplyAfterTheHeadStopsTheResponse() {
        Told told = send(get());
        loop.advanceMillis(100);
        PushedBody body = new PushedBody(chunks).push("ab");
        upstream.call(1).answer(new Response(200, Headers.NONE, body));
        last.fail(GONE);
        assertThat(body.discarded()).isEqualTo(GONE);
        assertThat(told).hasToString("200 200+CLIENT_GONE");
        assertThat(counted()).isEqualTo("won 1");
    }

    @Test
    void aReplyThatFailsWhileASecondAttemptIsBeingMadeStopsThatToo() {
        Told told = send(get());
        upstream.will(call -> last.fail(GONE));
        loop.advanceMillis(100);
        assertThat(upstream.call(1).cancelled()).isEqualTo(GONE);
        assertThat(told).hasToString("CLIENT_GONE CLIENT_GONE");
        assertThat(counted()).isEqualTo("lost 1");
    }

    @Test
    void anAnswerThatComesWhileASecondAttemptIsBeingMadeWins() {
        Told told = send(get());
        upstream.will(call -> upstream.call(0).answer(200));
        loop.advanceMillis(100);
        assertThat(told).hasToString("200 200");
        assertThat(upstream.call(1).cancelled()).isNotNull();
        assertThat(counted()).isEqualTo("lost 1");
    }
}
