package io.outrigger.filter.timeout;

import io.outrigger.exchange.Answer;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Loop;
import io.outrigger.exchange.PassingBody;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fails an attempt whose response head does not come in time, counted from the last byte of its request. Waiting for
 * a connection, and for the client to send its body, is not the endpoint's fault and does not count. Immutable.
 */
public final class AttemptTimeoutFilter implements Filter {
    private final long limitNanos;

    /** With {@code timeout.attempt}. */
    public AttemptTimeoutFilter(Duration limit) {
        this.limitNanos = limit.toNanos();
    }

    @Override
    public Reply apply(Exchange exchange, Request request, Service next) {
        Sending sending = new Sending(exchange.loop(), request.body(), limitNanos);
        Reply reply = next.send(exchange, request.withBody(sending));
        sending.awaitHead(reply);
        return reply;
    }

    /** The body of a request, which knows when all of it is on its way. Confined to one loop. */
    private static final class Sending extends PassingBody implements Runnable, Consumer<Answer> {
        private final Loop loop;
        private final long limitNanos;
        private @Nullable Reply reply; // null until there is one
        private Loop.@Nullable Timer timer; // null until armed
        private boolean sent;

        Sending(Loop loop, Body body, long limitNanos) {
            super(body);
            this.loop = loop;
            this.limitNanos = limitNanos;
        }

        void awaitHead(Reply its) {
            reply = its;
            if (!its.answered()) {
                its.onAnswer(this);
                arm();
            }
        }

        /** Once there is a reply and the request has been sent, whichever is later. */
        private void arm() {
            if (sent && timer == null && reply != null && !reply.answered()) {
                timer = loop.after(limitNanos, this);
            }
        }

        @Override
        public void accept(Answer answer) {
            if (timer != null) {
                timer.cancel();
            }
        }

        @Override
        public void run() {
            if (reply != null) {
                long millis = TimeUnit.NANOSECONDS.toMillis(limitNanos);
                reply.fail(Failure.of(Failure.Kind.ATTEMPT_TIMEOUT, "no response head within " + millis + " ms"));
            }
        }

        /** The last byte is on its way. */
        @Override
        public void end(Headers trailers) {
            sent = true;
            super.end(trailers);
            arm();
        }
    }
}
