package io.outrigger.filter.fault;

import io.outrigger.exchange.Loop;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Until a time has passed, or until nothing is to be held back any more, whichever is first. Confined to one loop. */
final class Wait implements Runnable {
    static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200); // an experiment is to end within a second

    private final Hit hit;
    private final Loop loop;
    private final long dueNanos;
    private final Runnable then;
    private Loop.@Nullable Timer timer; // null before it begins, and once over

    private Wait(Hit hit, long nanos, Runnable then) {
        this.hit = hit;
        this.loop = hit.exchange().loop();
        this.dueNanos = loop.nanoTime() + nanos;
        this.then = then;
    }

    static Wait begin(Hit hit, long nanos, Runnable then) {
        Wait wait = new Wait(hit, nanos, then);
        wait.arm(nanos);
        return wait;
    }

    private void arm(long leftNanos) {
        timer = loop.after(hit.mayEnd() ? Math.min(leftNanos, LOOK_NANOS) : leftNanos, this);
    }

    @Override
    public void run() {
        timer = null;
        long left = dueNanos - loop.nanoTime();
        if (left > 0 && !hit.over()) {
            arm(left);
        } else {
            then.run();
        }
    }

    void cancel() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
