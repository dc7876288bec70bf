package io.outrigger.proxy.upstream;

import io.outrigger.exchange.Loop;
import io.outrigger.proxy.loop.LazyTimer;

/** Notices that no byte has moved either way for too long, on a connection that has a call. Confined to one loop. */
final class Stillness {
    private static final long NO_CALL = -1;

    private final Loop loop;
    private final LazyTimer timer;
    private long mostNanos = NO_CALL;
    private long movedNanos; // when a byte last moved

    /** {@code tooLong} is run when it is. */
    Stillness(Loop loop, Runnable tooLong) {
        this.loop = loop;
        this.timer = new LazyTimer(loop, this::due, tooLong);
    }

    /** A call begins that bears so much stillness from {@code now} on. */
    void begin(long nanos, long now) {
        mostNanos = nanos;
        movedNanos = now;
        timer.changed();
    }

    /** A byte has moved. */
    void moved(long now) {
        movedNanos = now;
    }

    /** It has been still for too long, but for a good reason: begins anew. */
    void excuse() {
        begin(mostNanos, loop.nanoTime());
    }

    /** The call is over. */
    void end() {
        mostNanos = NO_CALL;
    }

    /** The connection is gone. */
    void cancel() {
        timer.cancel();
    }

    private long due() {
        return mostNanos == NO_CALL ? LazyTimer.NEVER : movedNanos + mostNanos;
    }
}
