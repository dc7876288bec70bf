package io.outrigger.proxy.loop;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What was read and is not wanted yet, in its order. Nearly always nothing or one buffer, for which it needs no queue.
 * Confined to one loop.
 */
public final class HeldBuffers {
    private @Nullable ByteBuf first; // null when empty
    private @Nullable ArrayDeque<ByteBuf> more; // null until there were two at once

    public boolean isEmpty() {
        return first == null;
    }

    /** Takes over a buffer. */
    public void add(ByteBuf buffer) {
        if (first == null) {
            first = buffer;
            return;
        }
        if (more == null) {
            more = new ArrayDeque<>();
        }
        more.add(buffer);
    }

    /** The one that was added first, for the caller to own; there must be one. */
    public ByteBuf remove() {
        ByteBuf removed = first;
        if (removed == null) {
            throw new IllegalStateException("nothing is held");
        }
        first = more == null ? null : more.poll();
        return removed;
    }

    public void release() {
        while (!isEmpty()) {
            remove().release();
        }
    }
}
