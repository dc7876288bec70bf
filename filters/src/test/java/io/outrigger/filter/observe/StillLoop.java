package io.outrigger.filter.observe;

import io.outrigger.exchange.Loop;

/** A loop whose clock the test sets. */
final class StillLoop implements Loop {
    private final int index;
    long now;

    StillLoop(int index) {
        this.index = index;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Timer after(long delayNanos, Runnable task) {
        throw new UnsupportedOperationException("no timers here");
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
