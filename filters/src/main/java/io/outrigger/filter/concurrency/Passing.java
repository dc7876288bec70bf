package io.outrigger.filter.concurrency;

import io.outrigger.config.ConcurrencyConfig;
import io.outrigger.exchange.Answer;
import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Outcome;
import io.outrigger.exchange.Response;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request that was let in: tells its latency when it is answered, and leaves at its end. Latency is the time from
 * the last byte of the attempt that was answered to the head of the response, so that neither the client's sending nor a queue of
 * the proxy's own is taken for the upstream's. Confined to one loop.
 */
final class Passing implements Consumer<Object> {
    private final ConcurrencyConfig config;
    private final ConcurrencyLimit limit;
    private final Exchange exchange;
    private final int place;
    private final long begunNanos;

    Passing(ConcurrencyConfig config, ConcurrencyLimit limit, Exchange exchange, int place) {
        this.config = config;
        this.limit = limit;
        this.exchange = exchange;
        this.place = place;
        this.begunNanos = exchange.nanoTime();
    }

    @Override
    public void accept(Object event) {
        if (event instanceof Answer answer) {
            answered(answer);
        } else if (event instanceof Outcome) {
            limit.leave();
        }
    }

    private void answered(Answer answer) {
        Attempt attempt = exchange.attemptCount() > 1 ? oneOfSeveral(answer) : exchange.lastAttempt();
        if (attempt == null || attempt.sentNanos() == 0) {
            return;
        }
        long now = exchange.nanoTime();
        long nanos = now - attempt.sentNanos();
        if (tells(answer, nanos)) {
            limit.sample(config, nanos, begunNanos, place, now);
        }
    }

    /** The one that has answered, which may have begun before a hedge; of a failure the one that was waited for longest. */
    private @Nullable Attempt oneOfSeveral(Answer answer) {
        Attempt found = null;
        for (Attempt attempt : exchange.attempts()) {
            boolean its = !(answer instanceof Response head)
                    || attempt.status() == head.status() && attempt.failure() == null;
            if (its && attempt.sentNanos() != 0 && (found == null || answer instanceof Response)) {
                found = attempt;
            }
        }
        return found;
    }

    /** A quick error is no sign of ease; what was given up is one of strain, once it has taken longer than usual. */
    private boolean tells(Answer answer, long nanos) {
        return switch (answer) {
            case Response head -> head.status() < 500 && head.status() != 429;
            case Failure why ->
                switch (why.kind()) {
                    case ATTEMPT_TIMEOUT, DEADLINE, CLIENT_GONE -> limit.isLong(nanos);
                    default -> false;
                };
        };
    }
}
