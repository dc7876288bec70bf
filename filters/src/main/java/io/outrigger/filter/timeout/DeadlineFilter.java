package io.outrigger.filter.timeout;

import io.outrigger.config.TimeoutConfig;
import io.outrigger.exchange.Answer;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Blame;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Loop;
import io.outrigger.exchange.Outcome;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends an exchange at its deadline, whatever attempt, pause or queue it is in by then. The client may ask for less
 * time than the route allows. Immutable.
 */
public final class DeadlineFilter implements Filter {
    /** How many milliseconds the sender of a request waits for its response; also what is sent upstream. */
    public static final HeaderName REQUEST_TIMEOUT = HeaderName.of("x-request-timeout-ms");

    private static final HeaderName CONTENT_TYPE = HeaderName.of("content-type");
    private static final String EVENTS = "text/event-stream";
    private static final String GRPC = "application/grpc";

    private final long requestNanos;
    private final boolean chosen; // by somebody, in the file; the built-in limit is a safety net

    public DeadlineFilter(TimeoutConfig config) {
        this.requestNanos = config.request().toNanos();
        this.chosen = !config.request().equals(TimeoutConfig.defaults().request());
    }

    @Override
    public Reply apply(Exchange exchange, Request request, Service next) {
        String asked = request.headers().get(REQUEST_TIMEOUT);
        long limit = asked == null || asked.isEmpty() ? requestNanos : limit(asked);
        long deadline = exchange.startNanos() + limit;
        exchange.deadline(deadline, chosen || asked != null);
        long left = deadline - exchange.nanoTime();
        if (left <= 0) {
            Failure why = late(exchange);
            request.body().discard(why);
            return Reply.failed(why);
        }
        Reply reply = next.send(exchange, request);
        if (!reply.ended()) {
            new Expiry(exchange, reply).arm(left);
        }
        return reply;
    }

    /** What an exchange gets whose client asks for that much in {@link #REQUEST_TIMEOUT}. */
    public Duration limitFor(@Nullable String asked) {
        return Duration.ofNanos(asked == null || asked.isEmpty() ? requestNanos : limit(asked));
    }

    /** The route's limit, or the client's where that is smaller and makes sense. */
    private long limit(String asked) {
        long most = TimeUnit.NANOSECONDS.toMillis(requestNanos);
        long millis = 0;
        for (int i = 0; i < asked.length(); i++) {
            int digit = asked.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return requestNanos;
            }
            millis = Math.min(10 * millis + digit, most + 1);
        }
        return millis > most ? requestNanos : TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static Failure late(Exchange exchange) {
        long millis = TimeUnit.NANOSECONDS.toMillis(exchange.deadline() - exchange.startNanos());
        return Failure.of(Failure.Kind.DEADLINE, "the response was not complete within " + millis + " ms")
                .blaming(exchange.awaitsUpstream() ? Blame.UPSTREAM : Blame.PROXY)
                .delivered(exchange.delivery());
    }

    /** Whether only the head has a deadline: the rest may take as long as both sides like. */
    private static boolean hasNoEndInSight(Response head) {
        if (head.status() == 101) {
            return true;
        }
        String type = head.headers().get(CONTENT_TYPE);
        return type != null && (isEvents(type) || type.regionMatches(true, 0, GRPC, 0, GRPC.length()));
    }

    private static boolean isEvents(String type) {
        int end = EVENTS.length();
        return type.regionMatches(true, 0, EVENTS, 0, end)
                && (type.length() == end || type.charAt(end) == ';' || type.charAt(end) == ' ');
    }

    /**
     * Fails one reply when its time is up. Confined to one loop.
     *
     * <p>It asks for the kind of response when it is due and not when the head comes: nearly no exchange gets there,
     * and a look at a field makes a string of it.
     */
    private static final class Expiry implements Runnable, Consumer<Outcome> {
        private final Exchange exchange;
        private final Reply reply;
        private Loop.@Nullable Timer timer; // null until armed

        Expiry(Exchange exchange, Reply reply) {
            this.exchange = exchange;
            this.reply = reply;
        }

        void arm(long leftNanos) {
            timer = exchange.loop().after(leftNanos, this);
            reply.onEnd(this);
        }

        @Override
        public void accept(Outcome outcome) {
            if (timer != null) {
                timer.cancel();
            }
        }

        @Override
        public void run() {
            if (reply.answered()) {
                reply.onAnswer(this::failUnlessEndless);
            } else {
                reply.fail(late(exchange));
            }
        }

        private void failUnlessEndless(Answer answer) {
            if (!(answer instanceof Response head && hasNoEndInSight(head))) {
                reply.fail(late(exchange));
            }
        }
    }
}
