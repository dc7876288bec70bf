package io.outrigger.proxy.http1;

import io.outrigger.exchange.Failure;
import org.jspecify.annotations.Nullable;

/** What a scan comes to: a head, a failure, or neither while the head is incomplete. Confined to one loop. */
public abstract sealed class HeadScanner<H> permits RequestScanner, ResponseScanner {
    final Fields fields = new Fields();
    final KnownFields known = new KnownFields();
    private @Nullable Failure failure; // null unless the last scan failed
    private @Nullable H head; // null unless the last scan was complete
    private int length;

    /** Scans the first {@code to} bytes, which begin with a head. Tells by {@link #head} and {@link #failure}. */
    public final void scan(byte[] bytes, int to, HeadLimits limits) {
        failure = null;
        head = null;
        read(bytes, to, limits);
    }

    abstract void read(byte[] bytes, int to, HeadLimits limits);

    /** Why the last head was refused; null when it was not. */
    public final @Nullable Failure failure() {
        return failure;
    }

    /** The last head; null while it is incomplete or when it was refused. */
    public final @Nullable H head() {
        return head;
    }

    /** The bytes of the last head, with its empty line. */
    public final int length() {
        return length;
    }

    final void found(H whole, int bytes) {
        head = whole;
        length = bytes;
    }

    final void refuse(Failure.Kind kind, String detail) {
        failure = Failure.of(kind, detail);
    }
}
