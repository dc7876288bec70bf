package io.outrigger.exchange;

/** The event loop that an exchange lives on: its clock, its timers and its task queue. Shared by all loops. */
public interface Loop {
    /** This loop's number, from 0 without gaps, for state that is striped by loop. */
    int index();

    /** The monotonic clock, in nanoseconds from an arbitrary origin. */
    long nanoTime();

    /**
     * Runs a task on this loop after a delay, at the earliest when it has passed and about a millisecond later.
     * To be called on the loop.
     */
    Timer after(long delayNanos, Runnable task);

    /** Runs a task on this loop soon. May be called from any thread. */
    void execute(Runnable task);

    /** Whether the calling thread is this loop's. */
    boolean inLoop();

    /** A task that may still be called off. Confined to one loop. */
    interface Timer {
        /** Calls the task off; does nothing when it has run or was called off before. */
        void cancel();
    }
}
