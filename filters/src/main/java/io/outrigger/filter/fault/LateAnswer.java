package io.outrigger.filter.fault;

import io.outrigger.exchange.Answer;
import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Outcome;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Response;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hands the head of a response on later than it came. The attempt looks as if it still waited for it: to all above the
 * endpoint is slow. Failures pass at once. Confined to one loop.
 */
final class LateAnswer {
    private final Hit hit;
    private final Reply below;
    private final Reply late;
    private final long lateNanos;
    private final long idleNanos;
    private @Nullable Wait wait; // null unless a head is held
    private boolean failed; // whether there is nothing to wait for

    private LateAnswer(Hit hit, Reply below, long lateNanos, long idleNanos) {
        this.hit = hit;
        this.below = below;
        this.late = new Reply(below::fail);
        this.lateNanos = lateNanos;
        this.idleNanos = idleNanos;
    }

    /** @param idleNanos how long no byte may move either way, which the connection does not see to meanwhile */
    static Reply of(Reply below, Hit hit, long lateNanos, long idleNanos) {
        LateAnswer one = new LateAnswer(hit, below, lateNanos, idleNanos);
        below.onEnd(one::ended).onAnswer(one::came); // in this order: it may be over already
        return one.late.onEnd(_ -> one.left());
    }

    private void came(Answer answer) {
        if (late.ended()) {
            return;
        }
        if (answer instanceof Response && !failed) {
            hold(true);
            wait = Wait.begin(
                    hit, Math.min(lateNanos, idleNanos), lateNanos <= idleNanos ? this::letGo : this::tooLate);
        } else {
            late.follow(below);
        }
    }

    /** A response that breaks off is late no longer. */
    private void ended(Outcome outcome) {
        failed = outcome.failure() != null;
        if (failed && wait != null) {
            letGo();
        }
    }

    private void letGo() {
        cancel();
        if (!late.ended()) {
            hold(false);
            late.follow(below);
        }
    }

    private void tooLate() {
        if (hit.over()) {
            letGo();
            return;
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(idleNanos);
        late.fail(Failure.of(Failure.Kind.ATTEMPT_TIMEOUT, "no byte came for " + millis + " ms, " + hit.whose()));
    }

    /** Where a head is held still, its attempt was given up. */
    private void left() {
        Attempt attempt = hit.attempt();
        if (wait != null && attempt != null) {
            attempt.giveUp();
        }
        cancel();
    }

    private void hold(boolean back) {
        Attempt attempt = hit.attempt();
        if (attempt != null) {
            attempt.holdHead(back);
        }
    }

    private void cancel() {
        if (wait != null) {
            wait.cancel();
            wait = null;
        }
    }
}
