package io.outrigger.proxy.health;

import io.outrigger.exchange.Answer;
import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Blame;
import io.outrigger.exchange.Outcome;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Response;
import io.outrigger.proxy.balance.Endpoint;
import java.util.function.Consumer;

/**
 * Tells how an attempt went at an endpoint that is held against others: by the head of the response or the failure, and
 * once more should a good response be cut. Confined to one loop.
 *
 * <p>Listens to everything that a reply tells, as one object: this is made for each attempt.
 */
public final class Witness implements Consumer<Object> {
    private static final int TOO_MANY_REQUESTS = 429;

    private final Outliers outliers;
    private final Endpoint endpoint;
    private final Exchange exchange;
    private final Attempt attempt;
    private boolean well; // whether it was counted as no failure

    private Witness(Outliers outliers, Endpoint endpoint, Exchange exchange, Attempt attempt) {
        this.outliers = outliers;
        this.endpoint = endpoint;
        this.exchange = exchange;
        this.attempt = attempt;
    }

    /** Listens to the reply to an attempt. */
    public static Reply follow(Reply reply, Outliers outliers, Endpoint endpoint, Exchange exchange, Attempt attempt) {
        Witness witness = new Witness(outliers, endpoint, exchange, attempt);
        return reply.onAnswer(witness).onEnd(witness);
    }

    @Override
    public void accept(Object event) {
        if (event instanceof Answer answer) {
            answered(answer);
        } else if (event instanceof Outcome outcome) {
            ended(outcome);
        }
    }

    private void answered(Answer answer) {
        switch (answer) {
            case Response head when head.status() == TOO_MANY_REQUESTS -> {}
            case Response head when head.status() >= 500 -> outliers.failed(endpoint, exchange.nanoTime());
            case Response _ -> answeredWell();
            case Failure why when attempt.isToBlameFor(why) -> outliers.failed(endpoint, exchange.nanoTime());
            case Failure _ -> {}
        }
    }

    /** Before the request is sent, an answer says nothing about latency. */
    private void answeredWell() {
        well = true;
        long now = exchange.nanoTime();
        long sent = attempt.sentNanos();
        outliers.good(endpoint, sent == 0 ? -1 : now - sent, now);
    }

    private void ended(Outcome outcome) {
        Failure failure = outcome.failure();
        if (well && failure != null && failure.blame() == Blame.UPSTREAM && !attempt.heldBack()) {
            outliers.failed(endpoint, exchange.nanoTime());
        }
    }
}
