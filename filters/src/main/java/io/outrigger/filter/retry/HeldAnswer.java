package io.outrigger.filter.retry;

import io.outrigger.exchange.Body;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.ReplayBody;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Response;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is being tried again, kept in case nothing better comes. What there is of its body is read ahead, so
 * that its connection is free as soon as the endpoint has sent all; only a body of more than the cap keeps it until
 * the next attempt has answered. Confined to one loop.
 */
final class HeldAnswer {
    private final Reply attempt;
    private final Response head;
    private final @Nullable ReplayBody body; // null where there is none
    private boolean broken; // it ended with a failure: nobody can read it to its end

    HeldAnswer(Reply attempt, Response head, long capBytes, BufferBudget budget) {
        this.attempt = attempt;
        this.head = head;
        this.body = head.body().length() == 0 ? null : new ReplayBody(head.body(), capBytes, budget);
        attempt.onEnd(outcome -> broken |= outcome.failure() != null);
        if (body != null) {
            body.readAhead();
        }
    }

    /** Whether it is as good as when it came. */
    boolean stands() {
        return !broken && (body == null || body.replayable());
    }

    /** The answer as a reply that ends when it has been read. At most once, and only while it stands. */
    Reply deliver() {
        if (body == null) {
            return attempt;
        }
        Body whole = body.fromStart();
        body.commit();
        return Reply.of(head.withBody(whole));
    }

    /** Something better has come, or nobody waits any more. */
    void drop(Failure why) {
        if (body == null) {
            head.body().discard(why);
        } else {
            body.release(why);
        }
    }
}
