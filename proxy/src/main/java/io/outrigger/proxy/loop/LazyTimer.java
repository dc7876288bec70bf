package io.outrigger.proxy.loop;

import io.outrigger.exchange.Loop;
import io.outrigger.exchange.Loop.Timer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One timer for waits that follow each other and are nearly always over in time. A later end of the wait does not move
 * it: when it fires it asks when the wait would have taken too long, and goes on from there. Confined to one loop.
 */
public final class LazyTimer {
    /** No wait, or one without an end. */
    public static final long NEVER = Long.MAX_VALUE;

    private final Loop loop;
    private final LongSupplier due; // when the current wait has taken too long, by the loop's clock
    private final Runnable late;
    private @Nullable Timer timer; // null while none is armed
    private long armedFor;

    /** {@code late} is run when {@code due} has passed. */
    public LazyTimer(Loop loop, LongSupplier due, Runnable late) {
        this.loop = loop;
        this.due = due;
        this.late = late;
    }

    /** The wait has changed: makes sure that the timer fires no later than it is due. */
    public void changed() {
        long at = due.getAsLong();
        if (at != NEVER && (timer == null || at - armedFor < 0)) {
            arm(at, loop.nanoTime());
        }
    }

    public void cancel() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void arm(long at, long now) {
        cancel();
        armedFor = at;
        timer = loop.after(at - now, this::fire);
    }

    private void fire() {
        timer = null;
        long at = due.getAsLong();
        if (at == NEVER) {
            return;
        }
        long now = loop.nanoTime();
        if (now - at < 0) {
            arm(at, now);
        } else {
            late.run();
        }
    }
}
