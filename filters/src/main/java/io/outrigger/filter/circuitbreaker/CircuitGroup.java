package io.outrigger.filter.circuitbreaker;

import io.outrigger.config.CircuitBreakerConfig;
import java.time.Duration;
import java.util.Collection;

/** Circuits that are forced and counted together: one, or one for each endpoint. Shared by all loops. */
public interface CircuitGroup {
    /** Those there are now. */
    Collection<CircuitBreaker> circuits();

    Transitions transitions();

    /** Has all of them open, or closed, for that long. */
    void force(boolean open, Duration time, long now);

    /** Lets those that were forced find out for themselves again, from closed on. */
    void release(CircuitBreakerConfig config, long now);
}
