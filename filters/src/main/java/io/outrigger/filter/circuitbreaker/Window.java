package io.outrigger.filter.circuitbreaker;

import io.outrigger.config.CircuitBreakerConfig;

/**
 * The last calls, as far as rates are taken over them. Shared by all loops; guarded by the lock of its circuit.
 */
abstract sealed class Window permits CallWindow, TimeWindow {
    private long calls;
    private long failures;
    private long slow;

    static Window of(CircuitBreakerConfig.Window shape, long now) {
        return switch (shape) {
            case CircuitBreakerConfig.Window.Calls calls -> new CallWindow(calls.count());
            case CircuitBreakerConfig.Window.Time time ->
                new TimeWindow(Math.toIntExact(time.length().toSeconds()), now);
        };
    }

    /** How many calls it holds. */
    final long calls() {
        return calls;
    }

    final long failures() {
        return failures;
    }

    final long slow() {
        return slow;
    }

    /** Another call that failed, was slow, or both. */
    abstract void add(boolean failed, boolean late);

    /** So many calls that were neither. */
    abstract void addGood(long count);

    /** Forgets what is too old now. A time before that of another loop moves nothing. */
    abstract void advance(long now);

    /** When it has to be advanced next. */
    abstract long turnNanos();

    final void change(long moreCalls, long moreFailures, long moreSlow) {
        calls += moreCalls;
        failures += moreFailures;
        slow += moreSlow;
    }
}
