package io.outrigger.filter.idempotency;

import io.outrigger.exchange.Loop;
import org.jspecify.annotations.Nullable;

/** One who waits for a key of a {@link KeyTable}; woken from any loop. Confined to one loop. */
final class Watch implements Loop.Timer {
    private final KeyTable table;
    private final KeyId id;
    private final Loop loop;
    private final Runnable then;
    private Loop.@Nullable Timer leaseEnd; // null until armed
    private boolean over; // told or called off

    Watch(KeyTable table, KeyId id, Loop loop, Runnable then) {
        this.table = table;
        this.id = id;
        this.loop = loop;
        this.then = then;
    }

    /** Begins to wait, or tells soon where there is nothing to wait for. */
    void begin() {
        long left = table.watch(id, this, loop.nanoTime());
        if (left > 0) {
            leaseEnd = loop.after(left, this::leaseEnded);
        } else {
            wake();
        }
    }

    /** The key is in flight no more. */
    void wake() {
        loop.execute(this::tell); // also where this is its loop: nobody is told within a call of his own
    }

    private void leaseEnded() {
        table.unwatch(id, this);
        tell();
    }

    private void tell() {
        if (!over) {
            end();
            then.run();
        }
    }

    @Override
    public void cancel() {
        if (!over) {
            end();
            table.unwatch(id, this);
        }
    }

    private void end() {
        over = true;
        if (leaseEnd != null) {
            leaseEnd.cancel();
        }
    }
}
