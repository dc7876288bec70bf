package io.outrigger.proxy.route;

import io.outrigger.exchange.Loop;

/** A loop on which time stands still and no timer goes off, so that only what is around it is measured. */
public final class StillLoop implements Loop {
    private static final Timer NEVER = () -> {};

    @Override
    public int index() {
        return 0;
    }

    @Override
    public long nanoTime() {
        return 1;
    }

    @Override
    public Timer after(long delayNanos, Runnable task) {
        return NEVER;
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public boolean inLoop() {
        return true;
    }
}
