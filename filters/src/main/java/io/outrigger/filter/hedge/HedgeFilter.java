package io.outrigger.filter.hedge;

import io.outrigger.config.HedgeConfig;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.Reading;
import io.outrigger.exchange.ReplayBody;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import java.util.function.BooleanSupplier;

/** Sends a request elsewhere as well when its answer takes long, and goes by the first that is good. Immutable. */
public final class HedgeFilter implements Filter {
    private final HedgeConfig config;
    private final HedgeTerms terms;
    private final ObservedLatency latency;
    private final HedgeMeters meters;
    private final BooleanSupplier stopped;

    /**
     * @param latency outlives snapshots; not asked where the delay is a fixed one
     * @param stopped whether nothing is to be sent twice for now; asked on all loops
     */
    public HedgeFilter(
            HedgeConfig config,
            HedgeTerms terms,
            ObservedLatency latency,
            HedgeMeters meters,
            BooleanSupplier stopped) {
        this.config = config;
        this.terms = terms;
        this.latency = latency;
        this.meters = meters;
        this.stopped = stopped;
    }

    @Override
    public Reply apply(Exchange exchange, Request request, Service next) {
        ReplayBody replay = request.body() instanceof Reading reading ? reading.replay() : null;
        boolean readable = replay != null || request.body().length() == 0;
        if (!readable || request.upgrade() != null || !terms.repeatable(exchange, request)) {
            return next.send(exchange, request);
        }
        return new Hedges(this, exchange, request, replay, next).begin();
    }

    int attempts() {
        return config.attempts();
    }

    HedgeTerms terms() {
        return terms;
    }

    HedgeMeters meters() {
        return meters;
    }

    /** Whether nothing is to be sent twice for now. */
    boolean stopped() {
        return stopped.getAsBoolean();
    }

    /** How long an attempt is waited for before another one begins; {@link ObservedLatency#UNKNOWN} for ever. */
    long delayNanos(long now) {
        return switch (config.after()) {
            case HedgeConfig.Delay.Fixed fixed -> fixed.delay().toNanos();
            case HedgeConfig.Delay.Observed _ -> latency.p95Nanos(now);
        };
    }

    /** What the first attempt of a request took, or more than which it would have taken. */
    void observe(long nanos, long now) {
        if (config.after() instanceof HedgeConfig.Delay.Observed) {
            latency.record(nanos, now);
        }
    }
}
