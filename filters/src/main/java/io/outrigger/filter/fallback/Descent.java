package io.outrigger.filter.fallback;

import io.outrigger.exchange.Answer;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.ReplayBody;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One exchange on its way down the ladder: waits for the upstream's own answer, and lets it pass or asks one rung
 * after the other. When none can answer, the upstream's own is still there. Confined to one loop.
 */
final class Descent implements Consumer<Answer> {
    private static final HeaderName DEGRADED = HeaderName.of("x-outrigger-degraded");
    private static final Failure BETTER = Failure.of(Failure.Kind.CLIENT_GONE, "another answer was given");
    private static final Failure DONE = Failure.of(Failure.Kind.CLIENT_GONE, "the response is complete");

    private final FallbackFilter filter;
    private final Exchange exchange;
    private final Request request;
    private final @Nullable ReplayBody body; // null where there is none, or nobody would send it again
    private final Reply result = new Reply(this::stop);
    private @Nullable Body sending; // the body of the first sending, where it is kept
    private @Nullable Reply original; // null until it was sent
    private @Nullable Reply current; // of the rung that is asked; null while none is
    private int next; // rung

    Descent(FallbackFilter filter, Exchange exchange, Request request) {
        this.filter = filter;
        this.exchange = exchange;
        this.request = request;
        long cap = filter.bodyBufferBytes();
        this.body =
                cap < 0 || request.body().length() == 0 ? null : new ReplayBody(request.body(), cap, filter.buffers());
    }

    Reply begin(Service service) {
        Request first = request;
        ReplayBody whole = body;
        if (whole != null) {
            result.onEnd(outcome -> whole.release(outcome.failure() == null ? DONE : outcome.failure()));
            Body start = whole.fromStart();
            sending = start;
            first = request.withBody(start);
        }
        Reply reply = service.send(exchange, first);
        StaleRung keeper = filter.keeper(request);
        Reply its = keeper == null ? reply : reply.map(head -> kept(keeper, reply, head));
        original = its;
        its.onAnswer(this);
        return result;
    }

    private Response kept(StaleRung keeper, Reply reply, Response head) {
        return head.status() == 200 ? keeper.keep(exchange, request, reply, head) : head;
    }

    /** The upstream's own answer. */
    @Override
    public void accept(Answer answer) {
        if (result.ended()) {
            return; // this is the echo
        }
        if (!filter.concern(answer)) {
            giveOriginal();
            return;
        }
        if (sending != null) {
            sending.discard(BETTER);
        }
        descend(answer);
    }

    private void descend(Answer instead) {
        while (next < filter.rungs().size()) {
            Rung rung = filter.rungs().get(next++);
            Reply reply = rung.answer(exchange, request, body);
            if (reply != null) {
                current = reply;
                reply.onAnswer(answer -> answered(rung, reply, answer, instead));
                return;
            }
        }
        exchange.note("fallback", "none", "no rung could answer after " + cause(instead), 0);
        giveOriginal();
    }

    private void answered(Rung rung, Reply reply, Answer answer, Answer instead) {
        if (result.ended()) {
            return;
        }
        current = null;
        String word = rung.kind().label();
        if (answer instanceof Response head && filter.accept(rung, head)) {
            exchange.note("fallback", word, "instead of " + cause(instead), 0);
            exchange.degraded(word);
            filter.meters().degraded(exchange.loop().index(), rung.kind());
            if (instead instanceof Response refused) {
                refused.body().discard(BETTER);
            }
            give(reply.map(its -> its.withHeaders(its.headers().with(DEGRADED, word))));
            return;
        }
        exchange.note("fallback", "next", word + " could not: " + cause(answer), 0);
        if (answer instanceof Response head) {
            head.body().discard(BETTER);
        }
        descend(instead);
    }

    private static String cause(Answer answer) {
        return switch (answer) {
            case Response head -> "status " + head.status();
            case Failure why -> why.kind().cause();
        };
    }

    private void giveOriginal() {
        Reply its = original;
        if (its != null) {
            give(its);
        }
    }

    private void give(Reply reply) {
        if (body != null) {
            body.commit();
        }
        result.follow(reply);
    }

    /** The result was failed from above, before anything was given. */
    private void stop(Failure why) {
        if (original != null) {
            original.fail(why);
        }
        if (current != null) {
            current.fail(why);
        }
    }
}
