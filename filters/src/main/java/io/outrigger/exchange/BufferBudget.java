package io.outrigger.exchange;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory of everything that is kept of bodies in case it is needed again, over all exchanges. Whoever is
 * refused goes on without keeping. Shared by all loops.
 */
public final class BufferBudget {
    /** What one process keeps where nothing else is said. */
    public static final long DEFAULT_BYTES = 24L << 20;

    private final long bytes;
    private final AtomicLong taken = new AtomicLong();

    public BufferBudget(long bytes) {
        this.bytes = bytes;
    }

    /** Takes all of it, or nothing. */
    public boolean tryTake(long wanted) {
        long before = taken.get();
        while (wanted <= bytes - before) {
            long found = taken.compareAndExchange(before, before + wanted);
            if (found == before) {
                return true;
            }
            before = found;
        }
        return false;
    }

    /** Gives back what was taken before. */
    public void giveBack(long amount) {
        taken.addAndGet(-amount);
    }

    public long takenBytes() {
        return taken.get();
    }
}
