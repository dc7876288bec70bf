package io.outrigger.filter.fallback;

import io.outrigger.exchange.Body;
import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Loop;
import io.outrigger.exchange.Repeat;
import io.outrigger.exchange.ReplayBody;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks another upstream, where the request may be sent again: it has no key, and its method is one of those, or it has
 * never been processed. It has a second for that, whatever is left of the deadline. Immutable.
 */
final class UpstreamRung implements Rung {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Service upstream;
    private final Set<String> methods;

    UpstreamRung(Service upstream, Set<String> methods) {
        this.upstream = upstream;
        this.methods = methods;
    }

    @Override
    public Degraded kind() {
        return Degraded.UPSTREAM;
    }

    @Override
    public @Nullable Reply answer(Exchange exchange, Request request, @Nullable ReplayBody body) {
        if (exchange.repeat() != Repeat.BY_METHOD) {
            return null; // nobody would know there that the request with this key has happened
        }
        boolean harmless = exchange.delivery().compareTo(Delivery.REFUSED) <= 0;
        if (!harmless && !methods.contains(request.method()) || body != null && !body.replayable()) {
            return null;
        }
        exchange.deadline(exchange.nanoTime() + LIMIT_NANOS, true);
        Body whole = body == null ? Body.EMPTY : body.fromStart();
        int number = exchange.attemptCount() == 0 ? 1 : exchange.another();
        Reply reply = upstream.send(exchange, request.again(number, whole, false));
        if (!reply.ended()) {
            Loop.Timer timer = exchange.loop().after(LIMIT_NANOS, () -> reply.fail(late(exchange, reply)));
            reply.onAnswer(answer -> {
                if (answer instanceof Response head && head.status() == 101) {
                    timer.cancel(); // a tunnel takes the time that it takes
                }
            });
            reply.onEnd(_ -> timer.cancel());
        }
        return reply;
    }

    private static Failure late(Exchange exchange, Reply reply) {
        String limit = TimeUnit.NANOSECONDS.toMillis(LIMIT_NANOS) + " ms, which is what a fallback has";
        return reply.answered()
                ? Failure.of(Kind.RESPONSE_CUT, "the response was not complete within " + limit)
                : Failure.of(Kind.ATTEMPT_TIMEOUT, "no response head within " + limit)
                        .delivered(exchange.delivery());
    }
}
