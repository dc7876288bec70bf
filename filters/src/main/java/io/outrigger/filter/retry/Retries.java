package io.outrigger.filter.retry;

import io.outrigger.exchange.Answer;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Loop;
import io.outrigger.exchange.ReplayBody;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import io.outrigger.filter.retry.RetryRules.Decision;
import io.outrigger.filter.retry.RetryRules.Situation;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through its attempts: listens to each one's answer, and either lets it go up or sends again.
 * Confined to one loop.
 */
final class Retries implements Consumer<Answer>, Runnable {
    private static final Failure AGAIN = Failure.of(Failure.Kind.CLIENT_GONE, "the request is sent again");
    private static final Failure BETTER = Failure.of(Failure.Kind.CLIENT_GONE, "another attempt has answered");
    private static final Failure DONE = Failure.of(Failure.Kind.CLIENT_GONE, "the response is complete");

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50); // at the circuit, in a pause

    private final RetryFilter filter;
    private final Exchange exchange;
    private final Request request;
    private final Service next;
    private final @Nullable ReplayBody replay; // null where the request has no body
    private final Reply result = new Reply(this::stop);
    private @Nullable Body sending; // the body of the attempt under way, where there is a replay
    private @Nullable Reply current; // the attempt under way; null in a pause
    private @Nullable Repetition repetition; // null until it is sent again for the first time, as nearly none is
    private @Nullable Failure stopped; // why nobody waits any more; null while somebody does

    Retries(RetryFilter filter, Exchange exchange, Request request, Service next) {
        this.filter = filter;
        this.exchange = exchange;
        this.request = request;
        this.next = next;
        long cap = filter.rules().config().bodyBuffer().bytes();
        this.replay = request.body().length() == 0 ? null : new ReplayBody(request.body(), cap, filter.buffers());
    }

    /** Sends the first attempt. */
    Reply begin() {
        ReplayBody whole = replay;
        if (whole == null) {
            send(request);
            return result;
        }
        result.onEnd(outcome -> whole.release(outcome.failure() == null ? DONE : outcome.failure()));
        Body body = whole.fromStart();
        sending = body;
        send(request.withBody(body));
        return result;
    }

    private void send(Request one) {
        Reply reply = next.send(exchange, one);
        if (stopped != null) {
            reply.fail(stopped);
            return;
        }
        current = reply;
        reply.onAnswer(this);
    }

    /** An attempt was answered. */
    @Override
    public void accept(Answer answer) {
        Reply answered = current;
        if (result.ended() || answered == null) {
            return; // stopped, and this is the echo
        }
        filter.heard(answer, exchange);
        if (!filter.rules().concern(answer)) {
            if (answer instanceof Response) {
                count(true);
            }
            take(answered);
            return;
        }
        long now = exchange.nanoTime();
        switch (filter.rules().decide(answer, situation(now))) {
            case Decision.Take() -> take(answered);
            case Decision.Deny(Denial reason) -> deny(answered, answer, reason);
            case Decision.Again again -> {
                if (again.fresh() || filter.tryPay(now)) {
                    sendAgain(answered, answer, again);
                } else {
                    deny(answered, answer, Denial.BUDGET);
                }
            }
        }
    }

    /** The number of the attempt under way, or of the one to come. */
    private int attempt() {
        return repetition == null ? 1 : repetition.attempt;
    }

    private Situation situation(long now) {
        long left = exchange.deadline() == Exchange.NO_DEADLINE ? Long.MAX_VALUE : exchange.deadline() - now;
        return new Situation(
                attempt(),
                filter.repeatable(exchange, request),
                filter.circuitOpen(now),
                filter.silent(now),
                replay == null || replay.replayable(),
                left,
                repetition == null ? 0 : repetition.pauseNanos,
                filter.clock().instant());
    }

    private void deny(Reply answered, Answer answer, Denial reason) {
        tell(reason);
        if (answer instanceof Failure) {
            takeBest(answered);
        } else {
            take(answered);
        }
    }

    private void tell(Denial reason) {
        filter.meters().denied(exchange.loop().index(), reason);
        exchange.note("retry", "denied", reason.why(), 0);
        count(false);
    }

    /** An answer that is held is better than a failure. */
    private void takeBest(Reply answered) {
        HeldAnswer earlier = repetition == null ? null : repetition.held;
        if (repetition != null && earlier != null && earlier.stands()) {
            repetition.held = null;
            letGo();
            take(earlier.deliver());
        } else {
            take(answered);
        }
    }

    /** The reply goes up: nothing is sent after this. */
    private void take(Reply last) {
        current = null;
        drop(BETTER);
        if (replay != null) {
            replay.commit();
        }
        result.follow(last);
    }

    /** Whether sending more than once has helped, where that was done. */
    private void count(boolean well) {
        if (attempt() > 1) {
            filter.meters().ended(exchange.loop().index(), well);
        }
    }

    private void sendAgain(Reply answered, Answer answer, Decision.Again again) {
        current = null;
        Repetition its = repetition == null ? new Repetition() : repetition;
        repetition = its;
        its.attempt++;
        its.pauseNanos = again.pauseNanos();
        its.fresh = again.fresh();
        exchange.note("retry", "again", cause(answer), its.pauseNanos);
        letGo();
        if (answer instanceof Response head) {
            drop(AGAIN);
            long cap = filter.rules().config().bodyBuffer().bytes();
            its.held = new HeldAnswer(answered, head, cap, filter.buffers());
        }
        if (its.pauseNanos == 0) {
            again(its.fresh);
        } else {
            its.failed = answered;
            its.pauseEndNanos = exchange.nanoTime() + its.pauseNanos;
            rest(its, its.pauseNanos);
        }
    }

    private void rest(Repetition its, long nanos) {
        its.pause = exchange.loop().after(Math.min(nanos, LOOK_NANOS), this);
    }

    /** The attempt that is over needs its body no more, whether it has begun to read it or was refused before. */
    private void letGo() {
        if (sending != null) {
            sending.discard(AGAIN);
        }
    }

    private static String cause(Answer answer) {
        return switch (answer) {
            case Response head -> "status " + head.status();
            case Failure why -> why.kind().cause();
        };
    }

    /** The pause is over, or it is time to look whether there is still something to wait for. */
    @Override
    public void run() {
        Repetition its = repetition;
        Reply before = its == null ? null : its.failed;
        if (its == null || before == null) {
            return; // it is not in a pause
        }
        its.pause = null;
        long now = exchange.nanoTime();
        if (filter.circuitOpen(now)) {
            its.failed = null;
            its.attempt--; // it was not made
            tell(Denial.CIRCUIT);
            takeBest(before);
        } else if (its.pauseEndNanos - now > 0) {
            rest(its, its.pauseEndNanos - now);
        } else {
            its.failed = null;
            again(its.fresh);
        }
    }

    private void again(boolean fresh) {
        ReplayBody whole = replay;
        if (whole == null) {
            send(request.again(exchange.another(), Body.EMPTY, fresh));
        } else if (whole.broken() != null) {
            result.fail(whole.broken()); // by the client, in the pause
        } else {
            Body body = whole.fromStart();
            sending = body;
            send(request.again(exchange.another(), body, fresh));
        }
    }

    /** The result was failed from above. */
    private void stop(Failure why) {
        stopped = why;
        if (repetition != null && repetition.pause != null) {
            repetition.pause.cancel();
        }
        if (why.kind() == Failure.Kind.DEADLINE) {
            count(false);
        }
        Reply under = current;
        current = null;
        if (under != null) {
            under.fail(why);
        }
        drop(why);
    }

    private void drop(Failure why) {
        if (repetition != null && repetition.held != null) {
            repetition.held.drop(why);
            repetition.held = null;
        }
    }

    /** What there is to remember of a request that is sent more than once. Confined to one loop. */
    private static final class Repetition {
        int attempt = 1; // with those that are made besides it counting as one
        long pauseNanos; // before the attempt under way, or the one to come
        long pauseEndNanos;
        boolean fresh; // whether that one needs a new connection

        @Nullable
        Reply failed; // the attempt before the pause; null but in a pause

        Loop.@Nullable Timer pause; // likewise

        @Nullable
        HeldAnswer held; // the last response, while another attempt is under way
    }
}
