package io.outrigger.filter.observe;

import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Identity;
import io.outrigger.metrics.Histogram;
import org.jspecify.annotations.Nullable;

/** What is counted of the attempts that one route makes at one upstream. Shared by all loops. */
public final class AttemptMeters {
    private static final int CAUSES = Failure.Kind.values().length + 1; // 0 stands for none

    private final Meters meters;
    private final String route;
    private final String upstream;
    private final @Nullable Histogram[] attempts = new Histogram[Delivery.values().length * CAUSES];

    AttemptMeters(Meters meters, String route, String upstream) {
        this.meters = meters;
        this.route = route;
        this.upstream = upstream;
    }

    /** The label {@code upstream}. */
    public String upstream() {
        return upstream;
    }

    /** To be called once for each attempt, after {@link Attempt#end}, on the loop of that index. */
    public void ended(int loop, Attempt attempt, Identity identity) {
        assert attempt.ended() : "the attempt goes on";
        Failure failure = attempt.failure();
        Histogram durations = attempts(attempt.delivery(), failure == null ? null : failure.kind());
        long took = attempt.durationNanos(0);
        long now = attempt.startNanos() + took;
        durations.record(loop, took);
        if (identity.sampled() && durations.wantsExample(took, now)) {
            durations.example(took, identity.traceId(), identity.attemptSpanId(attempt.sending()), now);
        }
    }

    private Histogram attempts(Delivery outcome, Failure.@Nullable Kind cause) {
        int cell = outcome.ordinal() * CAUSES + (cause == null ? 0 : cause.ordinal() + 1);
        Histogram one = attempts[cell];
        if (one == null) {
            one = attempts[cell] = meters.attempts(this, route, upstream, outcome, cause);
        }
        return one;
    }
}
