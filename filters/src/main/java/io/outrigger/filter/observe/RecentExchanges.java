package io.outrigger.filter.observe;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Target;
import io.outrigger.filter.observe.ExchangeRecord.KeptFor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the last exchanges that failed, were slow or got faults on purpose, and one of the others a second, so that
 * one can ask what became of a request. Each loop writes rings of its own; memory and work are bounded, however much goes wrong.
 * Shared by all loops.
 *
 * <p>Those that failed, got faults, were slow and were sampled do not push out each other: what went wrong at night is still there
 * in the morning, whatever went well since.
 */
public final class RecentExchanges {
    private static final int FAILED = 128; // of all loops together
    private static final int INJECTED = 32;
    private static final int SLOW = 64;
    private static final int SAMPLED = 64;
    private static final int LEAST = 4; // of each kind and loop
    private static final int MOST_BYTES = 2048; // of a record, on average
    private static final int PER_SECOND = 100; // of each kind and loop
    private static final long SAMPLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Part[] parts; // by loop
    private final LongAdder skipped = new LongAdder();

    /** For loops with the indexes 0 to {@code loops - 1}, whose clocks show {@code now}. */
    public RecentExchanges(int loops, long now) {
        parts = new Part[loops];
        for (int i = 0; i < loops; i++) {
            parts[i] = new Part(loops, now);
        }
    }

    /** Whether an exchange that ended well and in time is to be remembered. To be called on the loop of that index. */
    boolean wantsSample(int loop, long now) {
        return now - parts[loop].nextSampleNanos >= 0;
    }

    /** Remembers an exchange that has ended, unless there were too many of its kind. To be called on its loop. */
    void keep(
            KeptFor keptFor,
            Exchange exchange,
            String method,
            @Nullable Target target,
            int status,
            @Nullable Failure failure,
            long now) {
        Part part = parts[exchange.loop().index()];
        boolean taken =
                switch (keptFor) {
                    case FAILED -> part.failures.tryTake(now);
                    case INJECTED -> part.faults.tryTake(now);
                    case SLOW -> part.delays.tryTake(now);
                    case SAMPLED -> {
                        part.nextSampleNanos = now + SAMPLE_NANOS;
                        yield true;
                    }
                };
        if (!taken) {
            skipped.increment();
            return;
        }
        part.ring(keptFor).put(ExchangeRecord.of(keptFor, exchange, method, target, status, failure, now));
    }

    /** The last one first. From any thread. */
    public List<ExchangeRecord> all() {
        List<ExchangeRecord> all = new ArrayList<>();
        for (Part part : parts) {
            part.failed.copyTo(all);
            part.injected.copyTo(all);
            part.slow.copyTo(all);
            part.sampled.copyTo(all);
        }
        all.sort(Comparator.comparingLong(ExchangeRecord::endNanos).reversed());
        return all;
    }

    /** How many of those that failed or were slow are not among them, because too many came at once. From any thread. */
    public long skipped() {
        return skipped.sum();
    }

    /** What one loop remembers. Confined to one loop, but for the rings. */
    private static final class Part {
        private final Ring failed;
        private final Ring injected;
        private final Ring slow;
        private final Ring sampled;
        private final Ration failures;
        private final Ration faults;
        private final Ration delays;
        private long nextSampleNanos;

        Part(int loops, long now) {
            failed = ring(FAILED, loops);
            injected = ring(INJECTED, loops);
            slow = ring(SLOW, loops);
            sampled = ring(SAMPLED, loops);
            failures = new Ration(PER_SECOND, FAILED, now);
            faults = new Ration(PER_SECOND, INJECTED, now);
            delays = new Ration(PER_SECOND, SLOW, now);
            nextSampleNanos = now;
        }

        private static Ring ring(int ofAll, int loops) {
            int capacity = Math.max(LEAST, ofAll / loops);
            return new Ring(capacity, capacity * MOST_BYTES);
        }

        Ring ring(KeptFor keptFor) {
            return switch (keptFor) {
                case FAILED -> failed;
                case INJECTED -> injected;
                case SLOW -> slow;
                case SAMPLED -> sampled;
            };
        }
    }
}
