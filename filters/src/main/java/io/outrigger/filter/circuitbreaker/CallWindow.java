package io.outrigger.filter.circuitbreaker;

import java.util.BitSet;

/** The last so many calls, in a ring. Shared by all loops; guarded by the lock of its circuit. */
final class CallWindow extends Window {
    private static final long NEVER = Long.MAX_VALUE >> 1; // from the origin of the clock: 146 years

    private final int size;
    private final BitSet failed = new BitSet(); // by place
    private final BitSet late = new BitSet(); // likewise
    private int next; // the place that the next call takes, that of the oldest one where the ring is full

    CallWindow(int size) {
        this.size = size;
    }

    @Override
    void add(boolean hasFailed, boolean wasLate) {
        addGood(1);
        int place = next == 0 ? size - 1 : next - 1;
        failed.set(place, hasFailed);
        late.set(place, wasLate);
        change(0, hasFailed ? 1 : 0, wasLate ? 1 : 0);
    }

    @Override
    void addGood(long count) {
        int places = (int) Math.min(count, size);
        int before = Math.min(places, size - next); // the end of the ring
        clear(next, next + before);
        clear(0, places - before);
        next = (next + places) % size;
        change(Math.min(count, size - calls()), 0, 0);
    }

    private void clear(int from, int to) {
        change(0, -cleared(failed, from, to), -cleared(late, from, to));
    }

    private static int cleared(BitSet bits, int from, int to) {
        int count = 0;
        for (int i = bits.nextSetBit(from); i >= 0 && i < to; i = bits.nextSetBit(i + 1)) {
            bits.clear(i);
            count++;
        }
        return count;
    }

    @Override
    void advance(long now) {}

    @Override
    long turnNanos() {
        return NEVER;
    }
}
