package io.outrigger.filter.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.RetryConfig;
import io.outrigger.config.RetryConfig.Condition;
import io.outrigger.exchange.Answer;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Response;
import io.outrigger.filter.retry.RetryRules.Decision;
import io.outrigger.filter.retry.RetryRules.Situation;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of what is sent again, row by row, and what else each retry needs. */
class RetryRulesTest {
    private static final long MILLI = 1_000_000;
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final RetryConfig ALL = RetryConfigs.all();

    // ---- what happened, and whether the method may be repeated

    @ParameterizedTest
    @CsvSource({
        // what happened, with a method that may be repeated, with another
        "200,                       take,    take",
        "404,                       take,    take",
        "500,                       take,    take",
        "421,                       25 ms,   25 ms",
        "425,                       25 ms,   25 ms",
        "503,                       25 ms,   method",
        "429,                       25 ms,   method",
        "DNS_FAILED,                25 ms,   25 ms",
        "CONNECT_REFUSED,           25 ms,   25 ms",
        "CONNECT_TIMEOUT,           25 ms,   25 ms",
        "POOL_FULL,                 25 ms,   25 ms",
        "NO_ENDPOINT,               25 ms,   25 ms",
        "RESET/REFUSED,             25 ms,   25 ms",
        "RESET/NOT_SENT,            25 ms,   25 ms",
        "STALE_CONNECTION,          at once, method",
        "STALE_CONNECTION/NOT_SENT, at once, at once",
        "RESET,                     25 ms,   method",
        "ATTEMPT_TIMEOUT,           25 ms,   method",
        "BAD_RESPONSE,              outcome, outcome",
        "RESPONSE_CUT,              outcome, outcome",
        "INTERNAL,                  outcome, outcome",
        "DEADLINE,                  take,    take",
        "BAD_REQUEST,               take,    take",
        "BAD_BODY,                  take,    take",
        "BODY_TIMEOUT,              take,    take",
        "LOOP_DETECTED,             take,    take",
        "CLIENT_GONE,               take,    take",
    })
    void whatMayBeSentAgain(String happened, String repeatable, String other) {
        assertThat(decide(ALL, answer(happened), situation(1, true))).isEqualTo(repeatable);
        assertThat(decide(ALL, answer(happened), situation(1, false))).isEqualTo(other);
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECT_REFUSED,  NOT_SENT",
        "RESET/REFUSED,    REFUSED",
        "421,              REFUSED",
        "425,              REFUSED",
        "STALE_CONNECTION, STALE_CONNECTION",
        "RESET,            RESET",
        "ATTEMPT_TIMEOUT,  ATTEMPT_TIMEOUT",
    })
    void whatIsNotListedIsNotSentAgain(String happened, Condition condition) {
        Condition[] others =
                Arrays.stream(Condition.values()).filter(c -> c != condition).toArray(Condition[]::new);
        assertThat(decide(RetryConfigs.only(others), answer(happened), situation(1, true)))
                .isEqualTo("outcome");
        assertThat(decide(RetryConfigs.only(condition), answer(happened), situation(1, true)))
                .isIn("25 ms", "at once");
    }

    @Test
    void statusesThatAreNotListedAreFine() {
        RetryConfig none = RetryConfigs.only(Condition.values());
        assertThat(decide(none, answer("503"), situation(1, true))).isEqualTo("take");
    }

    @Test
    void withoutAWordOnlyWhatTheUpstreamCannotHaveSeenIsSentAgain() {
        RetryConfig safe = RetryConfig.safe();
        assertThat(decide(safe, answer("CONNECT_REFUSED"), situation(1, false))).endsWith("ms");
        assertThat(decide(safe, answer("421"), situation(1, false))).endsWith("ms");
        assertThat(decide(safe, answer("STALE_CONNECTION"), situation(1, true))).isEqualTo("at once");
        assertThat(decide(safe, answer("RESET"), situation(1, true))).isEqualTo("outcome");
        assertThat(decide(safe, answer("ATTEMPT_TIMEOUT"), situation(1, true))).isEqualTo("outcome");
        assertThat(decide(safe, answer("503"), situation(1, true))).isEqualTo("take");
    }

    @ParameterizedTest
    @EnumSource(Failure.Kind.class)
    void whatTheUpstreamMayHaveSeenIsNeverSentTwiceWithAnotherMethod(Failure.Kind kind) {
        Failure unknown = Failure.of(kind, "").delivered(Delivery.UNKNOWN);
        assertThat(decide(ALL, unknown, situation(1, false))).isIn("take", "method", "outcome", "circuit");
    }

    // ---- what else is needed

    @Test
    void thereMustBeAnAttemptLeft() {
        assertThat(decide(ALL, answer("503"), situation(2, true))).isEqualTo("50 ms");
        assertThat(decide(ALL, answer("503"), situation(3, true))).isEqualTo("attempts");
        assertThat(decide(ALL, answer("STALE_CONNECTION"), situation(3, true))).isEqualTo("attempts");
    }

    @Test
    void anOpenCircuitEndsTheRetrying() {
        Situation open = new Situation(1, true, true, false, true, 1000 * MILLI, 0, NOW);
        assertThat(decide(ALL, answer("CONNECT_REFUSED"), open)).isEqualTo("circuit");
        assertThat(decide(ALL, answer("STALE_CONNECTION"), open)).isEqualTo("circuit");
        assertThat(decide(ALL, answer("503"), open)).isEqualTo("circuit");
        assertThat(decide(ALL, answer("200"), open)).isEqualTo("take");
        assertThat(decide(ALL, answer("BAD_RESPONSE"), open)).isEqualTo("outcome");
    }

    @Test
    void theRefusalOfAnOpenCircuitIsNeverTriedAgain() {
        for (Situation at : new Situation[] {situation(1, true), situation(3, false)}) {
            assertThat(decide(ALL, answer("CIRCUIT_OPEN"), at)).isEqualTo("circuit");
            assertThat(decide(RetryConfigs.only(), answer("CIRCUIT_OPEN"), at)).isEqualTo("circuit");
        }
    }

    @Test
    void whereNothingIsAnsweredNoTimeoutIsTriedAgain() {
        Situation silent = new Situation(1, true, false, true, true, 1000 * MILLI, 0, NOW);
        assertThat(decide(ALL, answer("ATTEMPT_TIMEOUT"), silent)).isEqualTo("silence");
        assertThat(decide(ALL, answer("CONNECT_REFUSED"), silent)).isEqualTo("25 ms");
        assertThat(decide(ALL, answer("STALE_CONNECTION"), silent)).isEqualTo("at once");
        assertThat(decide(ALL, answer("503"), silent)).isEqualTo("25 ms");
        assertThat(decide(ALL, answer("RESET"), silent)).isEqualTo("25 ms");
    }

    @Test
    void theBodyMustBeAtHand() {
        Situation lost = new Situation(1, true, false, false, false, 1000 * MILLI, 0, NOW);
        assertThat(decide(ALL, answer("CONNECT_REFUSED"), lost)).isEqualTo("body");
        assertThat(decide(ALL, answer("STALE_CONNECTION"), lost)).isEqualTo("body");
    }

    @Test
    void thePauseMustEndBeforeTheDeadline() {
        assertThat(decide(ALL, answer("503"), left(25 * MILLI + 1))).isEqualTo("25 ms");
        assertThat(decide(ALL, answer("503"), left(25 * MILLI))).isEqualTo("deadline");
        assertThat(decide(ALL, answer("STALE_CONNECTION"), left(1))).isEqualTo("at once");
        assertThat(decide(ALL, answer("STALE_CONNECTION"), left(0))).isEqualTo("deadline");
        assertThat(decide(ALL, answer("503"), left(Long.MAX_VALUE))).isEqualTo("25 ms");
    }

    @Test
    void whatCannotBeHelpedIsToldBeforeWhatRanOut() {
        Situation nothingLeft = new Situation(3, false, true, true, false, 0, 0, NOW);
        assertThat(decide(ALL, answer("BAD_RESPONSE"), nothingLeft)).isEqualTo("outcome");
        assertThat(decide(ALL, answer("RESET"), nothingLeft)).isEqualTo("method");
        assertThat(decide(ALL, answer("CONNECT_REFUSED"), nothingLeft)).isEqualTo("attempts");
    }

    // ---- Retry-After

    @ParameterizedTest
    @CsvSource({"503, 2, 2000", "429, 2, 2000", "425, 1, 1000", "503, 0, 0", "503, nonsense, 25", "503, -1, 25"})
    void retryAfterReplacesThePause(int status, String value, long millis) {
        assertThat(decide(ALL, asking(status, value), situation(1, true))).isEqualTo(millis + " ms");
    }

    @Test
    void retryAfterMayBeADate() {
        Answer answer = asking(503, "Thu, 01 Jan 2026 00:00:04 GMT");
        assertThat(decide(ALL, answer, situation(1, true))).isEqualTo("4000 ms");
    }

    @Test
    void upToHalfOfRetryAfterIsAddedByChance() {
        RetryRules chancy = new RetryRules(ALL, Backoff.of(ALL.backoff(), bound -> bound - 1));
        assertThat(show(chancy.decide(asking(503, "2"), situation(1, true)))).isEqualTo("3000 ms");
    }

    @Test
    void chanceDoesNotPushRetryAfterOverTheDeadline() {
        RetryRules chancy = new RetryRules(ALL, Backoff.of(ALL.backoff(), bound -> bound - 1));
        assertThat(chancy.decide(asking(503, "2"), left(2500 * MILLI)))
                .isEqualTo(new Decision.Again(2500 * MILLI - 1, false));
        assertThat(chancy.decide(asking(503, "2"), left(2000 * MILLI + 1)))
                .isEqualTo(new Decision.Again(2000 * MILLI, false));
        assertThat(show(chancy.decide(asking(503, "2"), left(2000 * MILLI)))).isEqualTo("deadline");
        assertThat(show(chancy.decide(asking(503, "99999999999"), left(2000 * MILLI))))
                .isEqualTo("deadline");
    }

    @Test
    void retryAfterIsNotHeededWhereItShallNotBe() {
        assertThat(decide(RetryConfigs.heedless(), asking(503, "2"), situation(1, true)))
                .isEqualTo("25 ms");
    }

    private static String decide(RetryConfig config, Answer answer, Situation at) {
        return show(new RetryRules(config, Backoff.of(config.backoff(), bound -> 0)).decide(answer, at));
    }

    private static String show(Decision decision) {
        return switch (decision) {
            case Decision.Take() -> "take";
            case Decision.Deny(Denial reason) -> reason.label();
            case Decision.Again(long _, boolean fresh) when fresh -> "at once";
            case Decision.Again(long pause, boolean _) -> pause / MILLI + " ms";
        };
    }

    private static Situation situation(int attempt, boolean repeatable) {
        return new Situation(attempt, repeatable, false, false, true, 60_000 * MILLI, 0, NOW);
    }

    private static Situation left(long nanos) {
        return new Situation(1, true, false, false, true, nanos, 0, NOW);
    }

    /** A status, or a kind of failure, or one with another delivery than it has by itself. */
    private static Answer answer(String happened) {
        if (Character.isDigit(happened.charAt(0))) {
            return new Response(Integer.parseInt(happened), Headers.NONE, Body.EMPTY);
        }
        String[] parts = happened.split("/");
        Failure failure = Failure.of(Failure.Kind.valueOf(parts[0]), "by the test");
        return parts.length == 1 ? failure : failure.delivered(Delivery.valueOf(parts[1]));
    }

    private static Answer asking(int status, String retryAfter) {
        return new Response(status, Headers.of("Retry-After", retryAfter), Body.EMPTY);
    }
}
