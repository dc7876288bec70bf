package io.outrigger.filter.fault;

import io.outrigger.config.Fault;
import io.outrigger.config.FaultConfig;
import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import java.time.Duration;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Does to a share of a route's attempts what the file or an experiment says, so that one sees what the other filters
 * make of it. An attempt is hit once at most. Immutable.
 */
public final class FaultFilter implements Filter {
    /** Where attempts are counted that went to nobody. Shared by all loops. */
    @FunctionalInterface
    public interface Attempts {
        /** One has ended, on the exchange's loop. */
        void ended(Exchange exchange, Attempt attempt);
    }

    private final RouteFaults experiments;
    private final @Nullable Injection ofFile; // null where the file injects nothing
    private final String upstream;
    private final long idleNanos;
    private final Attempts attempts;
    private final LongUnaryOperator randomBelow;

    /**
     * @param ofFile what the file injects; null for nothing
     * @param upstream the one that is not asked
     * @param idle how long no byte may move either way
     * @param randomBelow is given a bound above all it returns
     */
    public FaultFilter(
            RouteFaults experiments,
            @Nullable Injection ofFile,
            String upstream,
            Duration idle,
            Attempts attempts,
            LongUnaryOperator randomBelow) {
        this.experiments = experiments;
        this.ofFile = ofFile;
        this.upstream = upstream;
        this.idleNanos = idle.toNanos();
        this.attempts = attempts;
        this.randomBelow = randomBelow;
    }

    @Override
    public Reply apply(Exchange exchange, Request request, Service next) {
        Injection[] running = experiments.running();
        if (running.length == 0 && ofFile == null) {
            return next.send(exchange, request);
        }
        Injection by = hit(running, request, exchange.nanoTime());
        if (by == null) {
            return next.send(exchange, request);
        }
        Reply reply;
        try {
            reply = inject(new Hit(by, exchange, request.attempt()), request, next);
        } catch (RuntimeException | Error bug) {
            by.giveBack(); // or it would count as under way for good
            throw bug;
        }
        return reply.onEnd(_ -> by.giveBack());
    }

    private @Nullable Injection hit(Injection[] running, Request request, long now) {
        if (ofFile != null && ofFile.tryHit(request, now, randomBelow)) {
            return ofFile;
        }
        for (Injection one : running) {
            if (one.tryHit(request, now, randomBelow)) {
                return one;
            }
        }
        return null;
    }

    private Reply inject(Hit hit, Request request, Service next) {
        FaultConfig faults = hit.faults();
        long late = faults.latency().map(this::lateNanos).orElse(0L);
        if (late > 0) {
            hit.injected("latency", "the answer comes later", late);
        }
        Fault.Instead instead = faults.instead().orElse(null);
        if (instead != null) {
            hit.injected(words(instead), "upstream " + upstream + " is not asked", 0);
            hit.exchange().upstream(upstream);
            return new UnsentAttempt(hit, request, instead, idleNanos, attempts).begin(late);
        }
        Reply reply = next.send(hit.exchange(), request);
        if (late > 0) {
            reply = LateAnswer.of(reply, hit, late, idleNanos);
        }
        if (faults.throttle().isPresent()) {
            reply = ThrottledBody.of(reply, hit, faults.throttle().get());
        }
        return faults.truncate().isPresent()
                ? CutBody.of(reply, hit, faults.truncate().get()) // what is cut has been throttled before
                : reply;
    }

    /** A word of a closed set. */
    private static String words(Fault.Instead instead) {
        return instead instanceof Fault.Abort ? "abort" : instead.words();
    }

    private long lateNanos(Fault.Latency latency) {
        long most = latency.jitter().toNanos();
        return latency.latency().toNanos() + (most == 0 ? 0 : randomBelow.applyAsLong(most + 1));
    }
}
