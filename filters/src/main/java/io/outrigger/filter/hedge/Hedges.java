package io.outrigger.filter.hedge;

import io.outrigger.exchange.Answer;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Loop;
import io.outrigger.exchange.Race;
import io.outrigger.exchange.ReplayBody;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request, its first attempt and those that are begun besides. What fails before another one was begun goes up at
 * once: to try again is for the retries. Confined to one loop.
 */
final class Hedges implements Consumer<Answer>, Runnable {
    private static final Failure LATE = Failure.of(Failure.Kind.CLIENT_GONE, "another attempt has answered");

    private final HedgeFilter filter;
    private final Exchange exchange;
    private final Request request;
    private final @Nullable ReplayBody replay; // null where the request has no body
    private final Service next;
    private final Reply result = new Reply(this::stop);
    private final long delayNanos;
    private final List<Reply> others = new ArrayList<>(1);
    private @Nullable Reply current; // the first attempt, then the race of all; null before
    private @Nullable Reply winner; // of the others; null while none has answered well
    private Loop.@Nullable Timer timer;
    private long firstNanos; // from when on the first attempt is waited for
    private long lastNanos; // likewise the one that was begun last
    private boolean parked; // the delay is over, and the client has not sent its body
    private @Nullable Failure stopped; // why nobody waits any more; null while somebody does

    Hedges(HedgeFilter filter, Exchange exchange, Request request, @Nullable ReplayBody replay, Service next) {
        this.filter = filter;
        this.exchange = exchange;
        this.request = request;
        this.replay = replay;
        this.next = next;
        this.firstNanos = exchange.nanoTime();
        this.lastNanos = firstNanos;
        this.delayNanos = filter.delayNanos(firstNanos);
    }

    Reply begin() {
        Reply first = next.send(exchange, request);
        if (first.answered()) {
            return first;
        }
        current = first;
        if (replay != null && !replay.whole()) {
            replay.whenWhole(this::whole);
        }
        first.onAnswer(this);
        arm(delayNanos);
        return result;
    }

    private void arm(long nanos) {
        if (nanos != ObservedLatency.UNKNOWN) {
            timer = exchange.loop().after(nanos, this);
        }
    }

    /** The client has sent all of its body: from now on it is the upstream that is waited for. */
    private void whole() {
        if (others.isEmpty()) {
            firstNanos = exchange.nanoTime();
            lastNanos = firstNanos;
            if (parked) {
                parked = false;
                arm(delayNanos);
            }
        }
    }

    /** The delay is over. */
    @Override
    public void run() {
        timer = null;
        ReplayBody body = replay;
        if (body != null && body.begun() && !body.whole()) {
            parked = true;
            return;
        }
        long now = exchange.nanoTime();
        long left = lastNanos + delayNanos - now;
        if (left > 0) {
            arm(left); // the body was complete later than the attempt had begun
        } else if (body != null && !body.replayable()) {
            exchange.note("hedge", "denied", "body: it could not be kept", 0);
        } else if (filter.terms().circuitOpen(now)) {
            exchange.note("hedge", "denied", "circuit: it is open", 0);
        } else if (filter.stopped()) {
            exchange.note("hedge", "denied", "slo: nothing of the error budget is left", 0);
        } else if (filter.terms().silent(now)) {
            exchange.note("hedge", "denied", "silence: next to none of the route's attempts is answered", 0);
        } else if (!filter.terms().tryPay(now)) {
            exchange.note("hedge", "denied", "budget: the budget of the route has no token left", 0);
        } else {
            hedge(now);
        }
    }

    private void hedge(long now) {
        String limit = TimeUnit.NANOSECONDS.toMillis(delayNanos) + " ms";
        exchange.note("hedge", "begun", "no response head within " + limit, 0);
        Body body = replay == null ? Body.EMPTY : replay.fromStart();
        Reply other = next.send(exchange, request.again(exchange.another(), body, false));
        Reply before = current;
        if (before == null) {
            other.fail(stopped == null ? LATE : stopped); // while it was being sent all was decided
            count(other);
            return;
        }
        others.add(other);
        other.onAnswer(answer -> {
            if (answer instanceof Failure why) {
                body.discard(why); // whoever refuses an attempt has not read it, and nobody must wait for that
            } else if (winner == null && good(answer)) {
                winner = other;
            }
        });
        Reply race = Race.between(before, other, filter.terms()::acceptable);
        current = race;
        race.onAnswer(answer -> decided(race));
        if (!race.answered() && others.size() + 1 < filter.attempts()) {
            lastNanos = now;
            arm(delayNanos);
        }
    }

    /** The first attempt was answered. */
    @Override
    public void accept(Answer answer) {
        if (tells(answer) && (replay == null || replay.whole())) {
            long now = exchange.nanoTime();
            filter.observe(now - firstNanos, now);
        }
        Reply first = current;
        if (others.isEmpty() && first != null) {
            decided(first);
        }
    }

    /** Whether the time until this is what the upstream takes, or less than that because nobody waited any longer. */
    private boolean tells(Answer answer) {
        return switch (answer) {
            case Response head -> filter.terms().acceptable(head);
            case Failure why -> why.kind() == Failure.Kind.ATTEMPT_TIMEOUT || winner != null;
        };
    }

    private void decided(Reply last) {
        if (current != last) {
            return; // all of it was stopped, and this is the echo
        }
        calm();
        current = null;
        if (!others.isEmpty()) {
            String verdict = winner == null ? "lost" : "won";
            exchange.note("hedge", verdict, (winner == null ? "no" : "an") + " extra attempt was answered first", 0);
            others.forEach(this::count);
        }
        result.follow(last);
    }

    private void count(Reply other) {
        filter.meters().ended(exchange.loop().index(), other == winner);
    }

    private void calm() {
        parked = false;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /** The result was failed from above. */
    private void stop(Failure why) {
        stopped = why;
        calm();
        Reply under = current;
        current = null;
        if (under != null) {
            under.fail(why);
            others.forEach(this::count);
        }
    }

    private boolean good(Answer answer) {
        return answer instanceof Response head && filter.terms().acceptable(head);
    }
}
