package io.outrigger.proxy.health;

import java.util.concurrent.atomic.AtomicInteger;

/** What the attempts at one endpoint have come to in the present interval, and how many failed in a row. Shared by all loops. */
final class Tally {
    private final AtomicInteger good = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger row = new AtomicInteger();
    private final Latencies latencies = new Latencies();

    /** What an interval came to. Immutable, but for the array, which is the owner's. */
    record Sum(int good, int failed, int[] latencies) {
        int calls() {
            return good + failed;
        }

        double failedPercent() {
            return 100.0 * failed / calls();
        }

        int measured() {
            int count = 0;
            for (int one : latencies) {
                count += one;
            }
            return count;
        }

        double medianMicros() {
            return Latencies.medianMicros(latencies);
        }
    }

    void good() {
        good.getAndIncrement();
        if (row.get() != 0) {
            row.set(0);
        }
    }

    void took(long nanos) {
        latencies.add(nanos);
    }

    /** Gives the number of failures in a row, with this one. */
    int failed() {
        failed.getAndIncrement();
        return row.incrementAndGet();
    }

    /** The interval is over, and another one begins. */
    Sum take() {
        return new Sum(good.getAndSet(0), failed.getAndSet(0), latencies.take());
    }
}
