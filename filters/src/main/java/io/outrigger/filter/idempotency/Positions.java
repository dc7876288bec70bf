package io.outrigger.filter.idempotency;

import java.util.SplittableRandom;

/**
 * Positions of an {@link AnswerLog} by the hashes of their keys: open addressing, one slot after the other, at most half
 * full (Knuth, The Art of Computer Programming 6.4, L and R). Two may have one hash; nothing is there twice. Guarded by
 * the table. Shared by all loops.
 *
 * <p>A client knows the hash of its key, and could choose a thousand keys that want one slot: each request would have to
 * pass all of them. So where a hash belongs depends on a random number (Crosby and Wallach, Denial of Service via
 * Algorithmic Complexity Attacks, 2003).
 */
final class Positions {
    private static final int SMALLEST = 64;

    private final int seed = new SplittableRandom().nextInt();
    private long[] slots = new long[SMALLEST]; // each one more than the position; 0 where there is none
    private int[] hashes = new int[SMALLEST]; // of those, spread
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
        return hashes[slot] == spread(hash);
    }

    long position(int slot) {
        return slots[slot] - 1;
    }

    // ---- changing

    void add(long position, int hash) {
        size++;
        if (2 * size > slots.length) {
            grow();
        }
        put(position + 1, spread(hash));
    }

    /** Of one that is there. Leaves no mark in its place: what stands behind it moves up. */
    void remove(long position, int hash) {
        int free = first(hash);
        while (slots[free] != position + 1) {
            free = next(free);
        }
        int mask = slots.length - 1;
        for (int slot = next(free); slots[slot] != 0; slot = next(slot)) {
            int wanted = hashes[slot] & mask;
            if ((slot - wanted & mask) >= (slot - free & mask)) {
                slots[free] = slots[slot];
                hashes[free] = hashes[slot];
                free = slot;
            }
        }
        slots[free] = 0;
        size--;
    }

    private void grow() {
        long[] all = slots;
        int[] its = hashes;
        slots = new long[2 * all.length];
        hashes = new int[2 * all.length];
        for (int i = 0; i < all.length; i++) {
            if (all[i] != 0) {
                put(all[i], its[i]);
            }
        }
    }

    private void put(long value, int spread) {
        int slot = spread & slots.length - 1;
        while (slots[slot] != 0) {
            slot = next(slot);
        }
        slots[slot] = value;
        hashes[slot] = spread;
    }

    /** As the end of MurmurHash3 does (Appleby, 2011): each bit of the sum has to do with each bit of the result. */
    private int spread(int hash) {
        int spread = (hash ^ seed) * 0x85ebca6b;
        spread = (spread ^ spread >>> 15) * 0xc2b2ae35;
        return spread ^ spread >>> 16;
    }
}
