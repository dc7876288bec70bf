package io.outrigger.filter.circuitbreaker;

import io.outrigger.config.CircuitBreakerConfig;
import io.outrigger.exchange.Answer;
import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Blame;
import io.outrigger.exchange.Outcome;
import io.outrigger.exchange.Reply;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call that a circuit has let through: settles its permit at the head of the response, or at the failure, and adds a
 * failure should the response be cut. Confined to one loop.
 *
 * <p>Listens to everything that a reply tells, as one object: this is made for each request.
 */
public final class Passage implements Consumer<Object> {
    private final CircuitBreaker circuit;
    private final CircuitBreakerConfig config;
    private final Exchange exchange;
    private final State permit;
    private int sending; // which one of the request this is
    private Verdict verdict = Verdict.NEUTRAL; // what it was counted as

    private Passage(CircuitBreaker circuit, CircuitBreakerConfig config, Exchange exchange, State permit) {
        this.circuit = circuit;
        this.config = config;
        this.exchange = exchange;
        this.permit = permit;
    }

    /** Null when the circuit refuses. Otherwise {@link #follow} or {@link #giveUp} has to come next. */
    public static @Nullable Passage through(CircuitBreaker circuit, CircuitBreakerConfig config, Exchange exchange) {
        State permit = circuit.tryEnter(config, exchange.nanoTime());
        return permit == null ? null : new Passage(circuit, config, exchange, permit);
    }

    /**
     * Listens to the reply to the call. Its attempt may begin later: a call that waits for a place has none.
     *
     * @param number that of the {@linkplain io.outrigger.exchange.Request#attempt() sending}
     */
    public Reply follow(Reply reply, int number) {
        sending = number;
        return reply.onAnswer(this).onEnd(this);
    }

    /** Instead of {@link #follow}, where the call threw: nothing is known of the upstream. */
    public void giveUp() {
        circuit.settle(permit, Verdict.NEUTRAL, config, exchange.nanoTime());
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
        long now = exchange.nanoTime();
        verdict = isNotIts(answer) ? Verdict.NEUTRAL : Verdict.on(answer, late(now), config);
        circuit.settle(permit, verdict, config, now);
    }

    private void ended(Outcome outcome) {
        Failure failure = outcome.failure();
        boolean well = verdict == Verdict.GOOD || verdict == Verdict.SLOW;
        if (well && failure != null && failure.blame() == Blame.UPSTREAM) {
            circuit.cut(permit, verdict, config, exchange.nanoTime());
        }
    }

    /** The deadline of an exchange with two attempts is the fault of those that were sent. */
    private boolean isNotIts(Answer answer) {
        return answer instanceof Failure why && why.kind() == Failure.Kind.DEADLINE && sentNanos() == 0;
    }

    /** Counted as an attempt's timeout is: what the client takes for its body is not the upstream's slowness. */
    private boolean late(long now) {
        if (config.slowCalls().isEmpty()) {
            return false;
        }
        long sent = sentNanos();
        return sent != 0 && now - sent > config.slowCalls().get().slowCall().toNanos();
    }

    /** When the last byte of the request was written; 0 when it was not. */
    private long sentNanos() {
        Attempt attempt = exchange.attempt(sending);
        return attempt == null ? 0 : attempt.sentNanos();
    }
}
