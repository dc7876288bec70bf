package io.outrigger.metrics;

/** Counts what happens on event loops. Shared by all loops. */
public final class Counter implements Series {
    private final Stripes stripes;

    public Counter(int loops) {
        this.stripes = new Stripes(loops, 1);
    }

    /** To be called on the loop of that index only. */
    public void increment(int loop) {
        add(loop, 1);
    }

    /** To be called on the loop of that index only. */
    public void add(int loop, long amount) {
        Stripes.add(stripes.of(loop), 0, amount);
    }

    /** From any thread. */
    public long total() {
        return stripes.sum(0);
    }
}
