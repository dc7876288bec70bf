package io.outrigger.filter.observe;

import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Identity;
import io.outrigger.metrics.Buckets;
import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Histogram;
import io.outrigger.metrics.LoopGauge;
import org.jspecify.annotations.Nullable;

/**
 * What is counted of the exchanges of one route, found by number instead of by name. Shared by all loops.
 *
 * <p>Series come into being when they are first needed. Two loops that need one at once get the same one from its
 * family and write the same reference; a loop that does not see it yet asks the family again.
 */
public final class RouteMeters {
    private static final int LEAST_STATUS = 100;
    private static final int STATUSES = 500;
    private static final int PAGE = 100; // one class of statuses
    private static final Failure.Kind[] KINDS = Failure.Kind.values();

    private final Meters meters;
    private final String service;
    private final String route;
    private final Buckets buckets;
    private final LoopGauge inFlight;
    private final @Nullable Histogram[] @Nullable [] requests = // by method and class, then status
            new Histogram[RequestMethod.COUNT * STATUSES / PAGE][];
    private final @Nullable Counter[] failures = new Counter[KINDS.length];

    RouteMeters(Meters meters, String service, String route, Buckets buckets) {
        this.meters = meters;
        this.service = service;
        this.route = route;
        this.buckets = buckets;
        this.inFlight = meters.inFlight(service, route);
    }

    /** The label {@code route}. */
    public String route() {
        return route;
    }

    /** Those of its durations. */
    Buckets buckets() {
        return buckets;
    }

    void begun(int loop) {
        inFlight.increment(loop);
    }

    /** The exchange is over; the failure is null when it ended well. */
    void ended(
            int loop,
            RequestMethod method,
            int status,
            @Nullable Failure failure,
            long nanos,
            Identity identity,
            long now) {
        inFlight.decrement(loop);
        Histogram durations = requests(method, status);
        durations.record(loop, nanos);
        if (identity.sampled() && durations.wantsExample(nanos, now)) {
            durations.example(nanos, identity.traceId(), identity.spanId(), now);
        }
        if (failure != null) {
            failures(failure.kind()).increment(loop);
        }
    }

    private Histogram requests(RequestMethod method, int status) {
        int cell = method.ordinal() * STATUSES + Math.clamp(status - LEAST_STATUS, 0, STATUSES - 1);
        @Nullable Histogram[] page = requests[cell / PAGE];
        if (page == null) {
            page = requests[cell / PAGE] = new Histogram[PAGE];
        }
        Histogram one = page[cell % PAGE];
        if (one == null) {
            one = page[cell % PAGE] = meters.requests(this, service, route, method, LEAST_STATUS + cell % STATUSES);
        }
        return one;
    }

    private Counter failures(Failure.Kind kind) {
        Counter one = failures[kind.ordinal()];
        if (one == null) {
            one = failures[kind.ordinal()] = meters.failures(this, service, route, kind);
        }
        return one;
    }
}
