package io.outrigger.filter.observe;

import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The last few records that one loop has put in; the oldest go, where there are too many or too long ones. One
 * loop writes; anybody reads, and may miss what is just being replaced. Shared by all loops.
 */
final class Ring {
    private final AtomicReferenceArray<ExchangeRecord> slots; // null where there is none
    private final int mostBytes;

    // the writer's own
    private int next;
    private int oldest;
    private int count;
    private int bytes;

    Ring(int capacity, int mostBytes) {
        this.slots = new AtomicReferenceArray<>(capacity);
        this.mostBytes = mostBytes;
    }

    /** To be called on one loop only. */
    void put(ExchangeRecord record) {
        int size = record.bytes();
        while (count > 0 && (count == slots.length() || bytes + size > mostBytes)) {
            dropOldest();
        }
        slots.setRelease(next, record);
        next = (next + 1) % slots.length();
        count++;
        bytes += size;
    }

    private void dropOldest() {
        bytes -= slots.getPlain(oldest).bytes();
        slots.setRelease(oldest, null);
        oldest = (oldest + 1) % slots.length();
        count--;
    }

    /** In no order. */
    void copyTo(List<ExchangeRecord> all) {
        for (int i = 0; i < slots.length(); i++) {
            ExchangeRecord record = slots.getAcquire(i);
            if (record != null) {
                all.add(record);
            }
        }
    }
}
