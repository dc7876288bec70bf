package io.outrigger.proxy.balance;

import io.outrigger.config.OutlierDetectionConfig;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why an endpoint is left out because it did worse than the others, and until when. Immutable.
 *
 * @param times how many ejections this is, without those that are forgotten; from 1
 */
public record Ejection(Reason reason, long sinceNanos, long untilNanos, int times) {
    /** What an endpoint was worse in. Immutable. */
    public enum Reason {
        CONSECUTIVE_FAILURES,
        SUCCESS_RATE,
        LATENCY;

        /** The label {@code reason} of metrics. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The one that begins now: the n-th lasts n times the base. One is forgotten for each time that the endpoint has
     * stayed in for as long as the base, and for two intervals at least, in which it would have been found again.
     *
     * @param last of the same endpoint, which is over; null when there was none
     */
    public static Ejection after(@Nullable Ejection last, Reason reason, OutlierDetectionConfig config, long now) {
        long base = config.baseEjection().toNanos();
        int times = 1;
        if (last != null) {
            long step = Math.max(base, 2 * config.interval().toNanos());
            long forgotten = (now - last.untilNanos) / step;
            times += Math.clamp(last.times - forgotten, 0, Integer.MAX_VALUE - 1);
        }
        long most = config.maxEjection().toNanos();
        return new Ejection(reason, now, now + (times > most / base ? most : times * base), times);
    }

    /** Whether its time is up: it ends at that moment. */
    public boolean over(long now) {
        return now - untilNanos >= 0;
    }
}
