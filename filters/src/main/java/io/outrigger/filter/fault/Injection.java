package io.outrigger.filter.fault;

import io.outrigger.config.FaultConfig;
import io.outrigger.exchange.Request;
import io.outrigger.metrics.Counter;
import java.time.Duration;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;

/** Which attempts of a route get faults, from when until when. Shared by all loops. */
public final class Injection {
    /** What a file injects is called, in metrics and logs; no experiment can have that name. */
    public static final String OF_FILE = "(file)";

    private static final long PARTS = 1_000_000;

    private final String name;
    private final FaultConfig config;
    private final Predicate<Request> match;
    private final Counter hits;
    private final long startNanos;
    private final long rampNanos; // until the whole share is hit; 0 from the start on
    private final long lastsNanos; // 0 for ever
    private final HitsUnderWay underWay;
    private volatile boolean stopped;

    private Injection(
            String name,
            FaultConfig config,
            Predicate<Request> match,
            Counter hits,
            long startNanos,
            Duration ramp,
            Duration lasts,
            HitsUnderWay underWay) {
        this.name = name;
        this.config = config;
        this.match = match;
        this.hits = hits;
        this.startNanos = startNanos;
        this.rampNanos = ramp.toNanos();
        this.lastsNanos = lasts.toNanos();
        this.underWay = underWay;
    }

    /**
     * For as long as the file says so.
     *
     * @param underWay of the route, also those that the file before this one has hit
     */
    public static Injection ofFile(FaultConfig config, Predicate<Request> match, Counter hits, HitsUnderWay underWay) {
        return new Injection(OF_FILE, config, match, hits, 0, Duration.ZERO, Duration.ZERO, underWay);
    }

    /** From {@code now} on, for a time; the share grows to the whole during the ramp, which may be zero. */
    static Injection forAWhile(
            String name,
            FaultConfig config,
            Predicate<Request> match,
            Counter hits,
            long now,
            Duration ramp,
            Duration lasts) {
        return new Injection(name, config, match, hits, now, ramp, lasts, new HitsUnderWay());
    }

    /** The experiment that it belongs to, or {@link #OF_FILE}. */
    String name() {
        return name;
    }

    FaultConfig config() {
        return config;
    }

    /** Whether an attempt is hit: {@link #giveBack} has to come then. */
    boolean tryHit(Request request, long now, LongUnaryOperator randomBelow) {
        if (over(now) || !match.test(request) || randomBelow.applyAsLong(PARTS) >= parts(now)) {
            return false;
        }
        return underWay.tryTake(config.maxConcurrent().orElse(Integer.MAX_VALUE));
    }

    /** A hit has ended. */
    void giveBack() {
        underWay.giveBack();
    }

    /** A fault was injected. On the loop of that index. */
    void count(int loop) {
        hits.increment(loop);
    }

    /** How many of the {@link #PARTS} are hit at that time. */
    private long parts(long now) {
        double share = config.percentage().fraction();
        long since = Math.max(0, now - startNanos); // a loop may be a moment behind whoever began it
        boolean grows = rampNanos > 0 && since < rampNanos;
        return Math.round(PARTS * (grows ? share * since / rampNanos : share));
    }

    /** Whether it may end before its route does. */
    boolean mayEnd() {
        return lastsNanos > 0;
    }

    /** Whether nothing is injected any more, and what is held back is let go. */
    boolean over(long now) {
        return stopped || lastsNanos > 0 && now - startNanos >= lastsNanos;
    }

    void stop() {
        stopped = true;
    }

    /** How many attempts got faults. From any thread. */
    long hits() {
        return hits.total();
    }

    /** How many of these have not ended. From any thread. */
    int underWay() {
        return underWay.count();
    }
}
