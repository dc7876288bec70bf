package io.outrigger.filter.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.RetryConfig;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Repeat;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.RecordingSink;
import io.outrigger.fixtures.Told;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests without a body on their way through their attempts. */
class RetryFilterTest extends RetrySetting {
    // ---- the first attempt

    @Test
    void anAnswerThatIsFineGoesUpAsItIs() {
        Told told = send(get());
        assertThat(upstream.last().request()).isSameAs(lastSent);
        upstream.last().answer(200);
        assertThat(told).hasToString("200 200");
        assertThat(counted()).isEmpty();
    }

    @Test
    void aResponseStreamsThroughAndItsFailureComesThrough() {
        Told told = send(get());
        PushedBody body = new PushedBody(chunks);
        upstream.last().answer(new Response(200, Headers.NONE, body));
        RecordingSink client = RecordingSink.reading(told.head().body());
        body.push("ab");
        assertThat(client.text()).isEqualTo("ab");
        body.fail(Failure.of(Failure.Kind.RESPONSE_CUT, "by the test"));
        assertThat(told).hasToString("200 200+RESPONSE_CUT");
        assertThat(upstream.calls()).isEqualTo(1);
    }

    // ---- another attempt

    @Test
    void whatWasDecidedIsNoted() {
        Told told = send(get());
        upstream.last().answer(503);
        loop.advanceMillis(25);
        spendBudget();
        upstream.last().fail(Failure.Kind.CONNECT_REFUSED);
        assertThat(told).hasToString("503 503");
        assertThat(exchange.notes().stream().map(note -> note.by() + " " + note.verdict() + " " + note.why()))
                .containsExactly(
                        "retry again status 503", "retry denied budget: the budget of the route has no token left");
        assertThat(exchange.notes().getFirst().waitNanos()).isEqualTo(25_000_000);
    }

    @Test
    void whatWasNotSentIsSentAgainAfterThePause() {
        Told told = send(get());
        upstream.last().fail(Failure.Kind.CONNECT_REFUSED);
        loop.advanceMillis(24);
        assertThat(upstream.calls()).isEqualTo(1);
        loop.advanceMillis(1);
        assertThat(upstream.calls()).isEqualTo(2);
        assertThat(upstream.last().request().attempt()).isEqualTo(2);
        assertThat(upstream.last().request().fresh()).isFalse();
        upstream.last().answer(200);
        assertThat(told).hasToString("200 200");
        assertThat(counted()).containsExactly("retries success 1");
    }

    @Test
    void anAnswerThatIsListedIsSentAgainAndNeverSeen() {
        Told told = send(get());
        upstream.last().answer(503, chunks.of("busy"));
        assertThat(told).hasToString("");
        loop.advanceMillis(25);
        upstream.last().answer(200, chunks.of("fine"));
        assertThat(told.body()).isEqualTo("fine");
        assertThat(told).hasToString("200 200");
    }

    @Test
    void pausesGrowAndAttemptsAreNumbered() {
        Told told = send(get());
        upstream.last().answer(503);
        loop.advanceMillis(25);
        upstream.last().answer(503);
        loop.advanceMillis(49);
        assertThat(upstream.calls()).isEqualTo(2);
        loop.advanceMillis(1);
        assertThat(upstream.last().request().attempt()).isEqualTo(3);
        upstream.last().answer(200);
        assertThat(told).hasToString("200 200");
        assertThat(counted()).containsExactly("retries success 1");
    }

    @Test
    void aCircuitThatOpensInThePauseEndsIt() {
        Told told = send(get());
        upstream.last().answer(503, Headers.of("retry-after", "2"));
        loop.advanceMillis(1000);
        circuitOpen = true;
        loop.advanceMillis(50);
        assertThat(told).hasToString("503 503");
        assertThat(upstream.calls()).isEqualTo(1);
        assertThat(exchange.notes().getLast().why()).isEqualTo("circuit: the circuit is open");
        assertThat(counted()).containsExactly("denied circuit 1");
    }

    @Test
    void aCircuitThatOpensInThePauseAfterAFailureLeavesTheBestAnswer() {
        Told told = send(get());
        upstream.last().fail(Failure.Kind.CONNECT_REFUSED);
        circuitOpen = true;
        loop.advanceMillis(25);
        assertThat(told).hasToString("CONNECT_REFUSED CONNECT_REFUSED");
        assertThat(upstream.calls()).isEqualTo(1);

        circuitOpen = false;
        Told second = send(get());
        upstream.last().answer(503);
        loop.advanceMillis(25);
        upstream.last().fail(Failure.Kind.RESET);
        circuitOpen = true;
        loop.advanceMillis(50);
        assertThat(second).hasToString("503 503");
        assertThat(upstream.calls()).isEqualTo(3);
        assertThat(counted()).containsExactlyInAnyOrder("denied circuit 2", "retries exhausted 1");
    }

    @Test
    void aClientThatGoesWhileAPauseIsLookedAtLeavesNothingBehind() {
        send(get());
        upstream.last().answer(503, Headers.of("retry-after", "2"));
        loop.advanceMillis(120);
        last.fail(GONE);
        loop.advanceMillis(5000);
        assertThat(upstream.calls()).isEqualTo(1);
    }

    @Test
    void aStaleConnectionIsReplacedAtOnceAndForNothing() {
        spendBudget();
        upstream.willFail(Failure.Kind.STALE_CONNECTION);
        Told told = send(get());
        assertThat(upstream.calls()).isEqualTo(2);
        assertThat(upstream.last().request().fresh()).isTrue();
        assertThat(upstream.last().request().attempt()).isEqualTo(2);
        upstream.last().answer(200);
        assertThat(told).hasToString("200 200");
        assertThat(counted()).containsExactly("retries success 1");
    }

    @Test
    void onlyTheAttemptAfterAStaleConnectionNeedsAFreshOne() {
        upstream.willFail(Failure.Kind.STALE_CONNECTION);
        send(get());
        upstream.last().fail(Failure.Kind.RESET);
        loop.advanceMillis(50);
        assertThat(upstream.last().request().attempt()).isEqualTo(3);
        assertThat(upstream.last().request().fresh()).isFalse();
        upstream.last().answer(200);
    }

    @Test
    void aPostIsSentAgainOnlyWhereTheUpstreamCannotHaveSeenIt() {
        Told refused = send(post());
        upstream.last().answer(421);
        loop.advanceMillis(25);
        upstream.last().answer(201);
        assertThat(refused).hasToString("201 201");

        for (Failure.Kind kind :
                new Failure.Kind[] {Failure.Kind.RESET, Failure.Kind.STALE_CONNECTION, Failure.Kind.ATTEMPT_TIMEOUT}) {
            Told told = send(post());
            upstream.last().fail(kind);
            assertThat(told).hasToString(kind + " " + kind);
        }
        assertThat(counted()).containsExactly("retries success 1", "denied method 3");
    }

    @Test
    void answersThatComeAtOnceNeedNoTurnOfTheLoop() {
        upstream.willFail(Failure.Kind.STALE_CONNECTION)
                .willFail(Failure.Kind.STALE_CONNECTION)
                .willAnswer(200);
        assertThat(send(get())).hasToString("200 200");
        assertThat(upstream.calls()).isEqualTo(3);
    }

    @Test
    void retryAfterIsWaitedFor() {
        Told told = send(get());
        upstream.last().answer(503, Headers.of("Retry-After", "2"));
        loop.advanceMillis(1999);
        assertThat(upstream.calls()).isEqualTo(1);
        loop.advanceMillis(1);
        upstream.last().answer(200);
        assertThat(told).hasToString("200 200");
    }

    @Test
    void retryAfterThatDoesNotFitIsRelayed() {
        exchange.deadline(loop.nanoTime() + Duration.ofSeconds(2).toNanos(), false);
        Told told = send(get());
        upstream.last().answer(503, Headers.of("Retry-After", "2"));
        assertThat(told).hasToString("503 503");
        assertThat(counted()).containsExactly("denied deadline 1");
    }

    // ---- no other attempt

    @Test
    void theLastAttemptsAnswerGoesUp() {
        Told told = send(get());
        for (int attempt = 1; attempt < 3; attempt++) {
            upstream.last().answer(503);
            loop.advanceMillis(50);
        }
        upstream.last().answer(502, chunks.of("worse"));
        assertThat(told.body()).isEqualTo("worse");
        assertThat(told).hasToString("502 502");
        assertThat(upstream.calls()).isEqualTo(3);
        assertThat(counted()).containsExactly("retries exhausted 1", "denied attempts 1");
    }

    @Test
    void theLastFailureGoesUpWhenNoAttemptWasAnswered() {
        Told told = send(get());
        upstream.last().fail(Failure.Kind.CONNECT_REFUSED);
        loop.advanceMillis(25);
        upstream.last().fail(Failure.Kind.RESET);
        loop.advanceMillis(50);
        upstream.last().fail(Failure.Kind.ATTEMPT_TIMEOUT);
        assertThat(told).hasToString("ATTEMPT_TIMEOUT ATTEMPT_TIMEOUT");
    }

    @Test
    void withoutATokenThereIsNoRetry() {
        spendBudget();
        Told told = send(get());
        upstream.last().answer(503);
        assertThat(told).hasToString("503 503");
        assertThat(counted()).containsExactly("denied budget 1");
    }

    @Test
    void whereNothingIsAnsweredNoTimeoutIsTriedAgainUntilSomethingIs() {
        for (int i = 0; i < 200; i++) {
            send(get());
            upstream.last().fail(Failure.Kind.ATTEMPT_TIMEOUT);
            loop.advanceMillis(50);
            upstream.last().fail(Failure.Kind.CLIENT_GONE); // where there was a token for another attempt
        }
        spendBudget(); // which is not asked any more
        int before = upstream.calls();
        int silentBefore = denied("silence");
        int poorBefore = denied("budget");
        for (int i = 0; i < 50; i++) {
            Told told = send(get());
            upstream.last().fail(Failure.Kind.ATTEMPT_TIMEOUT);
            assertThat(told).hasToString("ATTEMPT_TIMEOUT ATTEMPT_TIMEOUT");
        }
        assertThat(upstream.calls()).isEqualTo(before + 50);
        assertThat(denied("silence")).isEqualTo(silentBefore + 50);
        assertThat(denied("budget")).isEqualTo(poorBefore);
        for (int i = 0; i < 6; i++) { // any answer is one
            send(get());
            upstream.last().answer(404);
        }
        Told told = send(get());
        upstream.last().fail(Failure.Kind.ATTEMPT_TIMEOUT);
        loop.advanceMillis(25);
        upstream.last().answer(200);
        assertThat(told).hasToString("200 200");
    }

    @Test
    void fifteenAtOnceToAnUpstreamThatHangsHaveAllTheirAttempts() {
        List<Told> all = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            all.add(send(RetryConfigs.rich(), get()));
        }
        for (int attempt = 1; attempt <= 3; attempt++) {
            assertThat(upstream.calls()).isEqualTo(15 * attempt);
            loop.advanceMillis(1000);
            for (int i = 15 * (attempt - 1); i < 15 * attempt; i++) {
                upstream.call(i).fail(Failure.Kind.ATTEMPT_TIMEOUT);
            }
            loop.advanceMillis(50);
        }
        assertThat(all).allSatisfy(told -> assertThat(told).hasToString("ATTEMPT_TIMEOUT ATTEMPT_TIMEOUT"));
        assertThat(upstream.calls()).isEqualTo(45);
        assertThat(denied("silence")).isZero();
        assertThat(denied("attempts")).isEqualTo(15);
    }

    private int denied(String reason) {
        String start = "denied " + reason + " ";
        return counted().stream()
                .filter(line -> line.startsWith(start))
                .mapToInt(line -> Integer.parseInt(line.substring(start.length())))
                .sum();
    }

    @Test
    void whatWasNotSentIsSentAgainInSilenceToo() {
        for (int i = 0; i < 200; i++) {
            send(RetryConfigs.attempts(1), get());
            upstream.last().fail(Failure.Kind.ATTEMPT_TIMEOUT);
            loop.advanceMillis(50);
        }
        Told told = send(get());
        upstream.last().fail(Failure.Kind.CONNECT_REFUSED);
        loop.advanceMillis(25);
        upstream.last().answer(200);
        assertThat(told).hasToString("200 200");
    }

    @Test
    void fiveRequestsPayForOneRetry() {
        spendBudget();
        for (int i = 0; i < 4; i++) {
            send(get());
            upstream.last().answer(200);
        }
        Told told = send(get());
        upstream.last().answer(503);
        loop.advanceMillis(25);
        upstream.last().answer(200);
        assertThat(told).hasToString("200 200");
    }

    @Test
    void withTheBudgetOffThereIsNoLimitButAttempts() {
        RetryConfig config = RetryConfigs.attempts(10);
        Told told = send(config, get());
        for (int attempt = 1; attempt < 10; attempt++) {
            upstream.last().answer(503);
            loop.advanceMillis(250);
        }
        upstream.last().answer(200);
        assertThat(told).hasToString("200 200");
        assertThat(upstream.calls()).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"BAD_RESPONSE", "INTERNAL"})
    void whatHasNoNameIsNotTriedAgain(Failure.Kind kind) {
        Told told = send(get());
        upstream.last().fail(kind);
        assertThat(told).hasToString(kind + " " + kind);
        assertThat(counted()).containsExactly("denied outcome 1");
    }

    // ---- the end from above

    @Test
    void failingTheReplyStopsTheAttemptUnderWay() {
        Told told = send(get());
        last.fail(GONE);
        assertThat(upstream.last().cancelled()).isEqualTo(GONE);
        assertThat(told).hasToString("CLIENT_GONE CLIENT_GONE");
        assertThat(counted()).isEmpty();
    }

    @Test
    void failingTheReplyInAPauseEndsThePause() {
        send(get());
        upstream.last().answer(503, chunks.of("busy"));
        last.fail(GONE);
        assertThat(loop.pending()).isZero();
        loop.advanceMillis(1000);
        assertThat(upstream.calls()).isEqualTo(1);
    }

    @Test
    void failingTheReplyInALaterAttemptStopsThatOne() {
        send(get());
        upstream.last().answer(503, chunks.of("busy"));
        loop.advanceMillis(25);
        last.fail(Failure.of(Failure.Kind.DEADLINE, "by the test"));
        assertThat(upstream.last().cancelled()).isNotNull();
        assertThat(counted()).containsExactly("retries exhausted 1");
    }

    @Test
    void failingTheReplyAfterTheHeadStopsTheResponse() {
        Told told = send(get());
        PushedBody body = new PushedBody(chunks).push("ab");
        upstream.last().answer(new Response(200, Headers.NONE, body));
        last.fail(GONE);
        assertThat(body.discarded()).isEqualTo(GONE);
        assertThat(told).hasToString("200 200+CLIENT_GONE");
    }

    @Test
    void aReplyThatFailsWhileAnAttemptIsBeingMadeStopsIt() {
        Told told = send(get());
        upstream.will(_ -> last.fail(GONE));
        upstream.last().fail(Failure.Kind.STALE_CONNECTION);
        assertThat(upstream.calls()).isEqualTo(2);
        assertThat(upstream.last().cancelled()).isEqualTo(GONE);
        assertThat(told).hasToString("CLIENT_GONE CLIENT_GONE");
    }

    // ---- keys

    @Test
    void whatShallHappenOnceIsSentAgainOnlyWhereItCannotHaveHappened() {
        exchange.repeat(Repeat.NEVER);
        Told told = send(get());
        upstream.last().fail(Failure.Kind.CONNECT_REFUSED);
        loop.advanceMillis(25);
        upstream.last().answer(421);
        loop.advanceMillis(50);
        upstream.last().fail(Failure.Kind.RESET);
        assertThat(upstream.calls()).isEqualTo(3);
        assertThat(told).hasToString("421 421"); // the last answer beats the failure
        assertThat(counted()).contains("denied method 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"STALE_CONNECTION", "RESET", "ATTEMPT_TIMEOUT"})
    void whatTheUpstreamRecognisesIsSentAgainWhateverItsMethod(Failure.Kind kind) {
        exchange.repeat(Repeat.ALWAYS);
        Told told = send(post());
        upstream.last().fail(kind);
        loop.advanceMillis(25);
        upstream.last().answer(201);
        assertThat(told).hasToString("201 201");
    }

    private static Request get() {
        return Exchanges.get();
    }

    private static Request post() {
        return Exchanges.request("POST", Body.EMPTY);
    }
}
