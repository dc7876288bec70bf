package io.outrigger.filter.fallback;

import io.outrigger.config.DataSize;
import io.outrigger.config.FallbackConfig;
import io.outrigger.exchange.Answer;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Blame;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Has somebody else answer when the upstream could not: the first rung of a ladder that can. Immutable. */
public final class FallbackFilter implements Filter {
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int LEAST_ERROR = 500;

    /**
     * What the rungs of a route take from elsewhere. Immutable.
     *
     * @param upstreams by name
     * @param stores for the rungs that keep answers, by their place in the ladder; they outlive snapshots
     * @param buffers of the process
     * @param methods that may be sent again
     * @param bodyBuffer how much of a body is kept for another upstream
     */
    public record Supplies(
            Function<String, Service> upstreams,
            IntFunction<StaleStore> stores,
            BufferBudget buffers,
            Set<String> methods,
            DataSize bodyBuffer) {}

    private final FallbackConfig config;
    private final List<Rung> rungs;
    private final @Nullable StaleRung keeper; // null where no rung keeps answers
    private final boolean replays; // whether a rung may send the body again
    private final BufferBudget buffers;
    private final long bodyBufferBytes;
    private final FallbackMeters meters;

    public FallbackFilter(FallbackConfig config, Supplies supplies, FallbackMeters meters) {
        this.config = config;
        this.rungs = rungs(config, supplies);
        this.keeper = rungs.stream()
                .filter(StaleRung.class::isInstance)
                .map(StaleRung.class::cast)
                .findFirst()
                .orElse(null);
        this.replays = rungs.stream().anyMatch(UpstreamRung.class::isInstance);
        this.buffers = supplies.buffers;
        this.bodyBufferBytes = supplies.bodyBuffer.bytes();
        this.meters = meters;
    }

    private static List<Rung> rungs(FallbackConfig config, Supplies supplies) {
        List<Rung> rungs = new ArrayList<>();
        for (FallbackConfig.Rung rung : config.rungs()) {
            rungs.add(
                    switch (rung) {
                        case FallbackConfig.Rung.Stale stale ->
                            new StaleRung(stale, supplies.stores.apply(rungs.size()), supplies.buffers);
                        case FallbackConfig.Rung.Upstream other ->
                            new UpstreamRung(supplies.upstreams.apply(other.upstream()), supplies.methods);
                        case FallbackConfig.Rung.Respond fixed -> new FixedRung(fixed);
                    });
        }
        return List.copyOf(rungs);
    }

    @Override
    public Reply apply(Exchange exchange, Request request, Service next) {
        return new Descent(this, exchange, request).begin(next);
    }

    List<Rung> rungs() {
        return rungs;
    }

    FallbackMeters meters() {
        return meters;
    }

    BufferBudget buffers() {
        return buffers;
    }

    /** How much of a body is kept for another upstream; negative where there is none. */
    long bodyBufferBytes() {
        return replays ? bodyBufferBytes : -1;
    }

    /** What keeps good answers to such a request; null when nothing does. */
    @Nullable
    StaleRung keeper(Request request) {
        return keeper != null && StaleRung.concerns(request) ? keeper : null;
    }

    /** Whether a rung shall answer instead. What the client itself has brought about passes. */
    boolean concern(Answer answer) {
        return switch (answer) {
            case Response head -> config.statuses().contains(head.status());
            case Failure why ->
                config.onFailure() && why.blame() != Blame.CLIENT && why.kind().status() != TOO_MANY_REQUESTS;
        };
    }

    /** Whether a rung's answer is better than the one that it stands for. */
    boolean accept(Rung rung, Response head) {
        return rung.kind() == Degraded.STATIC
                || head.status() < LEAST_ERROR && !config.statuses().contains(head.status());
    }
}
