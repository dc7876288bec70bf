package io.outrigger.filter.fault;

import java.util.concurrent.atomic.AtomicInteger;

/** How many attempts were hit and have not ended: what {@code maxConcurrent} is about. Shared by all loops. */
public final class HitsUnderWay {
    private final AtomicInteger count = new AtomicInteger();

    /** Whether there may be another one, when there may be this many. */
    boolean tryTake(int most) {
        return count.getAndUpdate(now -> now < most ? now + 1 : now) < most;
    }

    void giveBack() {
        count.decrementAndGet();
    }

    /** From any thread. */
    int count() {
        return count.get();
    }
}
