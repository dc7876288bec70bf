package io.outrigger.proxy.loop;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what the stocks of all loops have taken from the system, and says how large another buffer may be: whoever
 * reads nothing keeps a buffer, and the more of them there are, the smaller these have to be. Shared by all loops.
 */
final class StockedMemory {
    private static final StockedMemory OF_PROCESS = new StockedMemory(
            DirectMemory.ofProcess().bytes(), Runtime.getRuntime().availableProcessors());
    private static final int UNUSED_MOST = 5 * 1024 * 1024;
    private static final int MEDIUM = 4 * BufferStock.SMALLEST;

    private final long most; // bytes that the process may have outside the heap
    private final int unused;
    private final AtomicLong taken = new AtomicLong();

    StockedMemory(long most, int stocks) {
        this.most = most;
        this.unused = (int) Math.min(most / 4 / stocks, UNUSED_MOST);
    }

    /** How many bytes one stock may keep while they are not used: a quarter of all is shared out for that. */
    int unused() {
        return unused;
    }

    static StockedMemory ofProcess() {
        return OF_PROCESS;
    }

    /**
     * Counts what is about to be taken, as long as a part is left for those who take from elsewhere. Where nothing is
     * left, the system lets a loop wait for half a second before it says so.
     *
     * @throws OutOfMemoryError when it would be more, and nothing was counted
     */
    void take(int bytes) {
        if (taken.addAndGet(bytes) > most - most / 16) {
            taken.addAndGet(-bytes);
            throw exhausted();
        }
    }

    void giveBack(int bytes) {
        taken.addAndGet(-bytes);
    }

    /**
     * Fails while there are some left to write answers with.
     *
     * @throws OutOfMemoryError when all that may be read into is in use
     */
    void checkForReading(int bytes) {
        if (taken.get() + bytes > most - most / 8) {
            throw exhausted();
        }
    }

    private OutOfMemoryError exhausted() {
        return new OutOfMemoryError("buffers take all of the " + most + " bytes outside the heap");
    }

    /** The size of the largest buffer that may be taken now. */
    int largest() {
        long now = taken.get();
        if (now < most / 2) {
            return BufferStock.LARGEST;
        }
        return now < most / 4 * 3 ? MEDIUM : BufferStock.SMALLEST;
    }
}
