package io.outrigger.proxy.downstream;

import io.outrigger.exchange.Loop;
import io.outrigger.proxy.loop.LazyTimer;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What a client connection is doing, and how long it may take. Confined to one loop. */
final class Patience {
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long FIRST_WORD_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** What the connection is doing. Immutable. */
    enum Phase {
        /** Between requests, and before the first. */
        IDLE,
        /** In the middle of a head. */
        HEAD,
        EXCHANGE,
        TUNNEL,
        /** The last answer is on its way out. */
        FLUSH,
        /** The client has it all; what still comes is dropped, so that it can read the answer. */
        LINGER,
        CLOSED
    }

    private final Loop loop;
    private final Supplier<ClientLimits> limits; // those in force
    private final BooleanSupplier bodyIncomplete; // asked during an exchange
    private final LazyTimer timer;
    private Phase phase = Phase.IDLE;
    private long sinceNanos; // when the current wait began
    private boolean asked; // there has been a request
    private boolean leaving; // the client is to go

    /** {@code late} is run when a wait has taken too long. */
    Patience(Loop loop, Supplier<ClientLimits> limits, BooleanSupplier bodyIncomplete, Runnable late) {
        this.loop = loop;
        this.limits = limits;
        this.bodyIncomplete = bodyIncomplete;
        this.timer = new LazyTimer(loop, this::due, late);
    }

    Phase phase() {
        return phase;
    }

    boolean in(Phase one) {
        return phase == one;
    }

    /** Whether what comes next belongs to a new request. */
    boolean betweenExchanges() {
        return phase == Phase.IDLE || phase == Phase.HEAD;
    }

    /** Goes on to a phase whose wait begins now. */
    void enter(Phase next) {
        enter(next, loop.nanoTime());
    }

    /** Goes on to a phase whose wait began at {@code now}. */
    void enter(Phase next, long now) {
        phase = next;
        asked |= next == Phase.EXCHANGE;
        sinceNanos = now;
        timer.changed();
    }

    /**
     * The client is to go as soon as it waits for nothing. One that was let in just now may have its first request on the
     * way, and has time for that.
     */
    void leave() {
        leaving = true;
        timer.changed();
    }

    /** What is waited for has come in part. */
    void moved() {
        sinceNanos = loop.nanoTime();
    }

    void close() {
        phase = Phase.CLOSED;
        timer.cancel();
    }

    /** When the current wait has taken too long. */
    private long due() {
        return switch (phase) {
            case IDLE -> sinceNanos + (!leaving ? limits.get().idleNanos() : asked ? 0 : FIRST_WORD_NANOS);
            case FLUSH -> sinceNanos + limits.get().idleNanos();
            case HEAD -> sinceNanos + limits.get().headNanos();
            case EXCHANGE ->
                bodyIncomplete.getAsBoolean() ? sinceNanos + limits.get().bodyIdleNanos() : LazyTimer.NEVER;
            case LINGER -> sinceNanos + LINGER_NANOS;
            case TUNNEL, CLOSED -> LazyTimer.NEVER; // tunnels are watched from the upstream's side
        };
    }
}
