package io.outrigger.filter.bulkhead;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How many calls of a bulkhead are under way, over all loops, and who waits to be one of them, in order. Who has a slot
 * gives it back once. Shared by all loops.
 *
 * <p>Both counts are in one word. While nobody waits a slot is taken and given back by one atomic instruction each;
 * once somebody does, only under the lock, so that none can overtake the queue. Hence somebody waits only as long as
 * all slots are taken.
 */
public final class Slots {
    /** What became of a call that wanted a slot. Immutable. */
    enum Verdict {
        TAKEN,
        QUEUED,
        FULL
    }

    /** Somebody in the queue. The links and the mark are guarded by the slots. */
    abstract static class Waiter {
        private @Nullable Waiter before;
        private @Nullable Waiter after;
        private boolean queued;

        /** It has a slot now. Called on any thread, once, unless it has left the queue before; must not wait. */
        abstract void granted();
    }

    private static final long TAKEN = 1;
    private static final long WAITING = 1L << 32;

    private final AtomicLong counts = new AtomicLong(); // taken in the lower half, waiting in the upper one
    private volatile int limit; // changed under the lock
    private @Nullable Waiter first; // has waited longest; guarded by this
    private @Nullable Waiter last; // guarded by this

    /** With a number of slots. */
    public Slots(int limit) {
        this.limit = limit;
    }

    /**
     * Changes the number of slots at once: of more, those who wait get theirs; of fewer, what is above is not given on
     * when it comes back.
     */
    public void limit(int slots) {
        List<Waiter> served = new ArrayList<>();
        synchronized (this) {
            limit = slots;
            while (first != null && taken() < slots) {
                served.add(poll(first));
                counts.addAndGet(TAKEN - WAITING);
            }
        }
        served.forEach(Waiter::granted);
    }

    /** The number of slots. From any thread. */
    public int limit() {
        return limit;
    }

    /** How many are taken. From any thread. */
    public int taken() {
        return (int) counts.get();
    }

    /** How many wait. From any thread. */
    public int waiting() {
        return (int) (counts.get() >>> 32);
    }

    /** Takes a slot, unless all are taken or somebody waits. */
    boolean tryTake() {
        long now = counts.get();
        while (now < limit) { // as nobody waits
            long found = counts.compareAndExchange(now, now + TAKEN);
            if (found == now) {
                return true;
            }
            now = found;
        }
        return false;
    }

    /** Takes a slot, or a place in the queue, which may be as long as that. */
    synchronized Verdict takeOrWait(Waiter waiter, int maxPending) {
        while (!tryTake()) {
            long now = counts.get();
            if (now < limit) {
                continue; // one was given back meanwhile
            }
            if (now >>> 32 >= maxPending) {
                return Verdict.FULL;
            }
            if (counts.compareAndSet(now, now + WAITING)) {
                add(waiter);
                return Verdict.QUEUED;
            }
        }
        return Verdict.TAKEN;
    }

    /** Gives a slot back: to who has waited longest, where somebody waits. */
    void giveBack() {
        long now = counts.get();
        while (now < WAITING) {
            long found = counts.compareAndExchange(now, now - TAKEN);
            if (found == now) {
                return;
            }
            now = found;
        }
        Waiter next = giveOn();
        if (next != null) {
            next.granted();
        }
    }

    private synchronized @Nullable Waiter giveOn() {
        Waiter next = first;
        if (next == null || taken() > limit) {
            counts.addAndGet(-TAKEN); // the queue is empty by now, or there are fewer slots than there were
            return null;
        }
        counts.addAndGet(-WAITING);
        return poll(next);
    }

    /** Leaves the queue; tells whether the waiter was in it. If not, it has been granted a slot. */
    synchronized boolean leave(Waiter waiter) {
        if (!waiter.queued) {
            return false;
        }
        counts.addAndGet(-WAITING);
        poll(waiter);
        return true;
    }

    private void add(Waiter waiter) {
        waiter.queued = true;
        waiter.before = last;
        if (last == null) {
            first = waiter;
        } else {
            last.after = waiter;
        }
        last = waiter;
    }

    /** Takes it out of the queue, wherever it stands. */
    private Waiter poll(Waiter waiter) {
        waiter.queued = false;
        if (waiter.before == null) {
            first = waiter.after;
        } else {
            waiter.before.after = waiter.after;
        }
        if (waiter.after == null) {
            last = waiter.before;
        } else {
            waiter.after.before = waiter.before;
        }
        waiter.before = null;
        waiter.after = null;
        return waiter;
    }
}
