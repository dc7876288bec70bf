package io.outrigger.filter.fallback;

import io.netty.buffer.ByteBuf;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.PassingBody;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes a body on, and keeps a copy if it is not too long, the budget has room for it and it comes to its end, without
 * trailers. Confined to one loop.
 */
final class Capture extends PassingBody {
    private static final int FIRST_BYTES = 4096;

    private final int cap; // bytes
    private final BufferBudget budget;
    private final Consumer<byte[]> whole;
    private byte @Nullable [] copy; // null until the first byte, and once it is dropped
    private int copied;
    private boolean dropped;

    Capture(Body body, int cap, BufferBudget budget, Consumer<byte[]> whole) {
        super(body);
        this.cap = cap;
        this.budget = budget;
        this.whole = whole;
    }

    /** Keeps nothing of it. */
    void drop() {
        dropped = true;
        if (copy != null) {
            budget.giveBack(copy.length);
            copy = null;
        }
    }

    @Override
    public void discard(Failure why) {
        drop();
        super.discard(why);
    }

    @Override
    public boolean chunk(ByteBuf bytes) {
        if (!dropped) {
            copy(bytes);
        }
        return super.chunk(bytes);
    }

    @Override
    public void end(Headers trailers) {
        if (!dropped && trailers == Headers.NONE) {
            whole.accept(copy == null ? new byte[0] : Arrays.copyOf(copy, copied));
        }
        drop();
        super.end(trailers);
    }

    @Override
    public void fail(Failure why) {
        drop();
        super.fail(why);
    }

    private void copy(ByteBuf bytes) {
        int more = bytes.readableBytes();
        if (more > cap - copied || !hasRoomFor(copied + more) || copy == null) {
            drop();
            return;
        }
        bytes.getBytes(bytes.readerIndex(), copy, copied, more);
        copied += more;
    }

    /** Of what is not known to be longer the array is doubled, as far as there may be as much. */
    private boolean hasRoomFor(int wanted) {
        int size = copy == null ? 0 : copy.length;
        if (wanted <= size) {
            return true;
        }
        long known = Math.max(length(), FIRST_BYTES);
        int larger = (int) Math.min(cap, Math.max(wanted, size == 0 ? known : 2L * size));
        if (!budget.tryTake(larger - size)) {
            return false;
        }
        copy = copy == null ? new byte[larger] : Arrays.copyOf(copy, larger);
        return true;
    }
}
