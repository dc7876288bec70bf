package io.outrigger.proxy.trace;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Identity;
import io.outrigger.exchange.Request;
import io.outrigger.filter.observe.Traces;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The traces of one configuration. Shared by all loops. */
final class Tracing implements Traces {
    private final Sampling sampling;
    private final SpanQueue queue;
    private final InstantSource clock;

    Tracing(Sampling sampling, SpanQueue queue, InstantSource clock) {
        this.sampling = sampling;
        this.queue = queue;
        this.clock = clock;
    }

    @Override
    public Identity begun(Identity identity) {
        return sampling.decide(identity);
    }

    @Override
    public void ended(
            Exchange exchange,
            String method,
            @Nullable Request request,
            int status,
            @Nullable Failure failure,
            long now) {
        queue.offer(TracedExchange.of(exchange, method, request, status, failure, now, clock.millis()));
    }
}
