package io.outrigger.metrics;

/**
 * Shows how many of something there are now, where each one comes and goes on the same loop. Shared by all loops.
 */
public final class LoopGauge implements Series {
    private final Stripes stripes;

    public LoopGauge(int loops) {
        this.stripes = new Stripes(loops, 1);
    }

    /** To be called on the loop of that index only. */
    public void increment(int loop) {
        Stripes.add(stripes.of(loop), 0, 1);
    }

    /** To be called on the loop that incremented before. */
    public void decrement(int loop) {
        Stripes.add(stripes.of(loop), 0, -1);
    }

    /** From any thread. */
    public long value() {
        return stripes.sum(0);
    }
}
