package io.outrigger.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.FakeCall;
import io.outrigger.fixtures.FakeUpstream;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.RecordingSink;
import io.outrigger.fixtures.Told;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two attempts at once: which answer is taken, and what becomes of the other attempt. */
class RaceTest {
    private static final Failure GONE = Failure.of(Failure.Kind.CLIENT_GONE, "by the test");

    private final Chunks chunks = new Chunks();
    private final FakeUpstream upstream = new FakeUpstream();
    private final Exchange exchange = Exchanges.on(new ManualLoop());
    private final FakeCall one = ask();
    private final FakeCall other = ask();

    private Reply winner = Reply.failed(GONE);
    private Told told = Told.by(winner);

    @AfterEach
    void everyBufferIsFreeAgain() {
        assertThat(chunks.held()).isZero();
    }

    @Test
    void theFirstAcceptableHeadWinsAndTheLoserIsFailedAtOnce() {
        start();
        other.answer(200);
        assertThat(told).hasToString("200 200");
        assertThat(one.cancelled()).isNotNull();
        assertThat(other.cancelled()).isNull();
    }

    @Test
    void anUnacceptableHeadWaitsAndIsDiscardedWhenTheRivalDoesBetter() {
        start();
        PushedBody unwanted = busy(one);
        assertThat(told).hasToString("");
        other.answer(200);
        assertThat(told).hasToString("200 200");
        assertThat(unwanted.discarded()).isNotNull();
    }

    @Test
    void theLastOfTwoUnacceptableHeadsStands() {
        start();
        PushedBody unwanted = busy(one);
        other.answer(502);
        assertThat(told).hasToString("502 502");
        assertThat(unwanted.discarded()).isNotNull();
    }

    @Test
    void aHeldHeadIsDeliveredWhenTheRivalFails() {
        start();
        PushedBody body = busy(one);
        other.fail(Failure.Kind.RESET);
        assertThat(told).hasToString("503");
        RecordingSink read = RecordingSink.reading(told.head().body());
        body.end();
        assertThat(read.text()).isEqualTo("sorry");
        assertThat(told).hasToString("503 503");
    }

    @Test
    void anUnacceptableHeadBeatsAnEarlierFailure() {
        start();
        one.fail(Failure.Kind.RESET);
        assertThat(told).hasToString("");
        other.answer(503);
        assertThat(told).hasToString("503 503");
    }

    @Test
    void aFailureDoesNotEndTheRace() {
        start();
        one.fail(Failure.Kind.RESET);
        other.answer(200);
        assertThat(told).hasToString("200 200");
        assertThat(other.cancelled()).isNull();
    }

    @Test
    void theLastFailureStandsWhenBothFail() {
        start();
        one.fail(Failure.Kind.RESET);
        other.fail(Failure.Kind.ATTEMPT_TIMEOUT);
        assertThat(told).hasToString("ATTEMPT_TIMEOUT ATTEMPT_TIMEOUT");
    }

    @Test
    void aHeldHeadThatWasCutIsNoBetterThanAFailure() {
        start();
        busy(one);
        one.fail(Failure.Kind.RESPONSE_CUT);
        other.fail(Failure.Kind.RESET);
        assertThat(told).hasToString("RESET RESET");
    }

    @Test
    void cancellingFailsBothAttempts() {
        start();
        winner.fail(GONE);
        assertThat(one.cancelled()).isEqualTo(GONE);
        assertThat(other.cancelled()).isEqualTo(GONE);
        assertThat(told).hasToString("CLIENT_GONE CLIENT_GONE");
    }

    @Test
    void cancellingWhileAHeadIsHeldReleasesIt() {
        start();
        PushedBody held = busy(one);
        winner.fail(GONE);
        assertThat(held.discarded()).isEqualTo(GONE);
        assertThat(other.cancelled()).isEqualTo(GONE);
    }

    @Test
    void cancellingAfterTheRaceStopsTheWinner() {
        start();
        PushedBody body = new PushedBody(chunks);
        other.answer(new Response(200, Headers.NONE, body));
        winner.fail(GONE);
        assertThat(body.discarded()).isEqualTo(GONE);
        assertThat(told).hasToString("200 200+CLIENT_GONE");
    }

    @Test
    void anAcceptableHeadWinsOverAnUnacceptableOneThatWasThereBeforeTheRace() {
        PushedBody unwanted = busy(one);
        other.answer(200);
        start();
        assertThat(told).hasToString("200 200");
        assertThat(unwanted.discarded()).isNotNull();
    }

    @Test
    void aRivalThatFailsBeforeTheRaceLeavesTheOtherRunning() {
        one.fail(Failure.Kind.CONNECT_REFUSED);
        start();
        assertThat(told).hasToString("");
        other.answer(200);
        assertThat(told).hasToString("200 200");
    }

    @Test
    void theLoserIsStoppedBeforeTheWinnerIsToldOf() {
        start();
        winner.onAnswer(_ -> assertThat(one.cancelled()).isNotNull());
        other.answer(200);
        assertThat(told).hasToString("200 200");
    }

    private void start() {
        winner = Race.between(one.reply(), other.reply(), head -> head.status() < 500);
        told = Told.by(winner);
    }

    private FakeCall ask() {
        upstream.send(exchange, Exchanges.get());
        return upstream.last();
    }

    /** Answers with an unacceptable head and a body that has begun. */
    private PushedBody busy(FakeCall call) {
        PushedBody body = new PushedBody(chunks).push("sorry");
        call.answer(new Response(503, Headers.NONE, body));
        return body;
    }
}
