package io.outrigger.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Cells of which each loop has its own, so that it writes them without an atomic instruction. Shared by all loops.
 *
 * <p>A cell has one writer, its loop; readers may be a moment late, but see every cell go on in order. The cells of a
 * loop come into being when it first writes, with a cache line free on either side: two loops never write to one line.
 */
final class Stripes {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle STRIPE = MethodHandles.arrayElementVarHandle(long[][].class);
    private static final int PAD = 8; // longs; 64 bytes

    private final long[] @Nullable [] stripes; // by loop; null until it writes
    private final int cells;

    Stripes(int loops, int cells) {
        this.stripes = new long[loops][];
        this.cells = cells;
    }

    /** The cells of a loop, for {@link #add}; to be called by that loop only. */
    long[] of(int loop) {
        long[] mine = stripes[loop];
        return mine != null ? mine : begin(loop);
    }

    static void add(long[] stripe, int cell, long amount) {
        CELL.setOpaque(stripe, PAD + cell, stripe[PAD + cell] + amount);
    }

    /** The sum of a cell over all loops; may be called from any thread. */
    long sum(int cell) {
        long sum = 0;
        for (int loop = 0; loop < stripes.length; loop++) {
            long[] stripe = (long[]) STRIPE.getAcquire(stripes, loop);
            if (stripe != null) {
                sum += (long) CELL.getOpaque(stripe, PAD + cell);
            }
        }
        return sum;
    }

    private long[] begin(int loop) {
        long[] mine = new long[PAD + cells + PAD];
        STRIPE.setRelease(stripes, loop, mine); // a reader that sees the array sees its zeros
        return mine;
    }
}
