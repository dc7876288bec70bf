package io.outrigger.filter.idempotency;

import java.util.SplittableRandom;

/**
 * Numbers of keys by the hashes of those: open addressing, one slot after the other, at most half full (Knuth, The Art of
 * Computer Programming 6.4, L and R). Two may have one hash; nothing is there twice. Guarded by the table. Shared by all
 * loops.
 *
 * <p>Whoever knows the hashes of keys could choose a thousand keys that want one slot: each request would have to
 * pass all of them. So where a hash belongs depends on a random number (Crosby and Wallach, Denial of Service via
 * Algorithmic Complexity Attacks, 2003).
 */
final class Positions {
    private static final int SMALLEST = 64;

    private static final long THERE = 0x8000_0000L; // in each slot that is taken
    private static final int NUMBER = 0x7fff_ffff; // what a slot has of a number, which is enough to tell those apart

    private final int seed = new SplittableRandom().nextInt();
    private long[] slots = new long[SMALLEST]; // the hash, spread, and the end of the number; 0 where there is none
    private int size;

    // ---- looking: from the first slot of a hash to one that is free

    int first(int hash) {
        return spread(hash) & slots.length - 1;
    }

    int next(int slot) {
        return slot + 1 & slots.length - 1;
    }

    boolean isFree(int slot) {
        return slots[slot] == 0;
    }

    /** Whether the key there has this hash. */
    boolean mayBe(int slot, int hash) {
        return spread(slots[slot]) == spread(hash);
    }

    /** @param oldest a number that is not above the one there, nor below it by 2³¹ */
    long number(int slot, long oldest) {
        return oldest + ((int) slots[slot] - (int) oldest & NUMBER);
    }

    // ---- changing

    void add(long number, int hash) {
        size++;
        if (2 * size > slots.length) {
            grow();
        }
        put(slot(number, hash));
    }

    /** Of one that is there. Leaves no mark in its place: what stands behind it moves up. */
    void remove(long number, int hash) {
        long value = slot(number, hash);
        int free = first(hash);
        while (slots[free] != value) {
            free = next(free);
        }
        int mask = slots.length - 1;
        for (int slot = next(free); slots[slot] != 0; slot = next(slot)) {
            int wanted = spread(slots[slot]) & mask;
            if ((slot - wanted & mask) >= (slot - free & mask)) {
                slots[free] = slots[slot];
                free = slot;
            }
        }
        slots[free] = 0;
        size--;
    }

    private void grow() {
        long[] all = slots;
        slots = new long[2 * all.length];
        for (long value : all) {
            if (value != 0) {
                put(value);
            }
        }
    }

    private void put(long value) {
        int slot = spread(value) & slots.length - 1;
        while (slots[slot] != 0) {
            slot = next(slot);
        }
        slots[slot] = value;
    }

    private long slot(long number, int hash) {
        return (long) spread(hash) << 32 | THERE | number & NUMBER;
    }

    private static int spread(long slot) {
        return (int) (slot >>> 32);
    }

    /** As the end of MurmurHash3 does (Appleby, 2011): each bit of the sum has to do with each bit of the result. */
    private int spread(int hash) {
        int spread = (hash ^ seed) * 0x85ebca6b;
        spread = (spread ^ spread >>> 15) * 0xc2b2ae35;
        return spread ^ spread >>> 16;
    }
}
