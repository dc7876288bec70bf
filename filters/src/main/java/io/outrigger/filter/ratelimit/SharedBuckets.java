package io.outrigger.filter.ratelimit;

import io.outrigger.config.RateLimitConfig;
import io.outrigger.exchange.Loop;

/** Buckets that sidecars have in common. Shared by all loops. */
public interface SharedBuckets {
    /** What became of asking for a token. Confined to the loop that asked. */
    interface Taking {
        /** There was one. */
        void taken();

        /** There was none, and there may be one after so long. */
        void empty(long waitNanos);

        /** The store could not be asked; says why, for people, without secrets. */
        void failed(String why);
    }

    /**
     * Takes a token in one atomic step, and tells on that loop, once, what became of it. Returns at once.
     *
     * @param bucket the same for all who share it
     */
    void take(String bucket, RateLimitConfig config, Loop loop, Taking then);
}
