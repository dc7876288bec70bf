package io.outrigger.filter.circuitbreaker;

import io.outrigger.config.CircuitBreakerConfig;
import io.outrigger.exchange.Answer;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Blame;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Response;

/** What a call says of the upstream. Immutable. */
enum Verdict {
    GOOD(false, false),
    SLOW(false, true),
    FAILED(true, false),
    FAILED_SLOWLY(true, true),
    /** Nothing: the proxy or the client ended it, or the upstream asks for less of one client's requests. */
    NEUTRAL(false, false);

    private static final int TOO_MANY_REQUESTS = 429;

    private final boolean failed;
    private final boolean slow;

    Verdict(boolean failed, boolean slow) {
        this.failed = failed;
        this.slow = slow;
    }

    boolean failed() {
        return failed;
    }

    boolean slow() {
        return slow;
    }

    /** Of an answer that came fast, or after more than {@code slowCall}. */
    static Verdict on(Answer answer, boolean late, CircuitBreakerConfig config) {
        if (saysNothing(answer)) {
            return NEUTRAL;
        }
        boolean failure = answer instanceof Failure
                || answer instanceof Response head && config.failureStatuses().contains(head.status());
        if (late) {
            return failure ? FAILED_SLOWLY : SLOW;
        }
        return failure ? FAILED : GOOD;
    }

    private static boolean saysNothing(Answer answer) {
        if (answer instanceof Failure why) {
            return why.blame() != Blame.UPSTREAM || why.kind() == Kind.STALE_CONNECTION;
        }
        return answer instanceof Response head && head.status() == TOO_MANY_REQUESTS;
    }
}
