package io.outrigger.filter.retry;

import io.outrigger.config.RetryConfig;
import io.outrigger.config.RetryConfig.Condition;
import io.outrigger.exchange.Answer;
import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Blame;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Response;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an attempt is followed by another one, and after what pause. What the upstream cannot have
 * processed may always be sent again, anything else only with a method that may be repeated (RFC 9110 §9.2.2).
 * Immutable.
 */
record RetryRules(RetryConfig config, Backoff backoff) {
    private static final HeaderName RETRY_AFTER = HeaderName.of("retry-after");
    private static final HeaderName DATE = HeaderName.of("date");

    /** What is to be done with an answer. Immutable. */
    sealed interface Decision {
        /** It goes up. */
        record Take() implements Decision {}

        /** It goes up, or an earlier one does, because there is no other way. */
        record Deny(Denial reason) implements Decision {}

        /** Another attempt after the pause; a fresh one on a new connection, which the budget does not pay for. */
        record Again(long pauseNanos, boolean fresh) implements Decision {}
    }

    /**
     * What else a decision depends on. Immutable.
     *
     * @param attempt the number of the one that was answered, from 1
     * @param repeatable whether sending the request twice does no more than once
     * @param circuitOpen whether another attempt would be refused
     * @param silent whether next to none of the attempts of the route is answered
     * @param replayable whether the body can be sent again from its start
     * @param leftNanos until the deadline
     * @param lastPauseNanos before this attempt; 0 when it was the first
     * @param wallClock for dates in Retry-After
     */
    record Situation(
            int attempt,
            boolean repeatable,
            boolean circuitOpen,
            boolean silent,
            boolean replayable,
            long leftNanos,
            long lastPauseNanos,
            Instant wallClock) {}

    private static final Decision TAKE = new Decision.Take();

    /** Whether there is anything to decide about an answer; most are fine. */
    boolean concern(Answer answer) {
        if (answer instanceof Failure why) {
            return why.blame() != Blame.CLIENT && why.kind() != Failure.Kind.DEADLINE;
        }
        int status = ((Response) answer).status();
        return refused(status) || config.statuses().contains(status);
    }

    Decision decide(Answer answer, Situation at) {
        if (!concern(answer)) {
            return TAKE;
        }
        if (answer instanceof Failure why && why.kind() == Failure.Kind.CIRCUIT_OPEN) {
            return deny(Denial.CIRCUIT); // whatever is listed
        }
        Condition condition = condition(answer);
        boolean listed =
                condition == null ? answer instanceof Response : config.on().contains(condition);
        if (!listed) {
            return deny(Denial.OUTCOME);
        }
        if (!harmless(answer, condition) && !at.repeatable) {
            return deny(Denial.METHOD);
        }
        if (at.attempt >= config.attempts()) {
            return deny(Denial.ATTEMPTS);
        }
        if (at.circuitOpen) {
            return deny(Denial.CIRCUIT);
        }
        if (at.silent && condition == Condition.ATTEMPT_TIMEOUT) {
            return deny(Denial.SILENCE);
        }
        if (!at.replayable) {
            return deny(Denial.BODY);
        }
        boolean fresh = condition == Condition.STALE_CONNECTION;
        long pause = fresh ? 0 : pauseNanos(answer, at);
        return pause >= at.leftNanos ? deny(Denial.DEADLINE) : new Decision.Again(pause, fresh);
    }

    /** What has happened, as configuration names it; null for a status that it lists, and for what it has no name for. */
    private @Nullable Condition condition(Answer answer) {
        return switch (answer) {
            case Response head -> refused(head.status()) && !onlyByStatus(head.status()) ? Condition.REFUSED : null;
            case Failure why when replaces(why) -> Condition.STALE_CONNECTION;
            case Failure why when why.delivery() == Delivery.NOT_SENT -> Condition.NOT_SENT;
            case Failure why when why.delivery() == Delivery.REFUSED -> Condition.REFUSED;
            case Failure why ->
                switch (why.kind()) {
                    case RESET -> Condition.RESET;
                    case ATTEMPT_TIMEOUT -> Condition.ATTEMPT_TIMEOUT;
                    default -> null;
                };
        };
    }

    /** Whether a fresh connection will do; where that is not listed, one that took nothing is like none. */
    private boolean replaces(Failure why) {
        return why.kind() == Failure.Kind.STALE_CONNECTION
                && (why.delivery() != Delivery.NOT_SENT || config.on().contains(Condition.STALE_CONNECTION));
    }

    /** Whether the upstream cannot have processed the request. */
    private static boolean harmless(Answer answer, @Nullable Condition condition) {
        return condition == Condition.REFUSED || answer instanceof Failure why && why.delivery() == Delivery.NOT_SENT;
    }

    /** The endpoint says that it did not process the request (RFC 9110 §15.5.20, RFC 8470 §5.2). */
    private static boolean refused(int status) {
        return status == 421 || status == 425;
    }

    private boolean onlyByStatus(int status) {
        return config.statuses().contains(status) && !config.on().contains(Condition.REFUSED);
    }

    private long pauseNanos(Answer answer, Situation at) {
        Duration asked = config.respectRetryAfter() && answer instanceof Response head
                ? retryAfter(head.headers(), at.wallClock)
                : null;
        if (asked == null) {
            return backoff.pauseNanos(at.attempt, at.lastPauseNanos);
        }
        long least = asked.toNanos();
        long room = Math.max(0, at.leftNanos - 1 - least); // more chance than fits before the deadline helps nobody
        return least + backoff.randomBelow().applyAsLong(Math.min(least / 2, room) + 1);
    }

    private static @Nullable Duration retryAfter(Headers headers, Instant now) {
        String value = headers.get(RETRY_AFTER);
        return value == null ? null : RetryAfter.delay(value, headers.get(DATE), now);
    }

    private static Decision deny(Denial reason) {
        return new Decision.Deny(reason);
    }
}
