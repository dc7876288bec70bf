package io.outrigger.proxy.reload;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Tells a file that has been written from one that is being written: it counts as written once it has not changed for a
 * while. It goes by the bytes alone, because names, links and times of a file differ by how it is replaced. Confined to
 * the reload thread.
 */
final class Settling {
    private static final long STILL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private Content seen = new Content.None("not looked yet");
    private long sinceNanos; // when it was seen first
    private boolean settled = true;

    /** Takes note of what is there at {@code now}; tells each content once, when it has settled. */
    Optional<Content> look(Content there, long now) {
        if (!there.equals(seen)) {
            seen = there;
            sinceNanos = now;
            settled = false;
            return Optional.empty();
        }
        if (settled || now - sinceNanos < STILL_NANOS) {
            return Optional.empty();
        }
        settled = true;
        return Optional.of(there);
    }

    /** Somebody says that this is how it is to be. */
    void taken(Content there) {
        seen = there;
        settled = true;
    }

    /** Whether the file has changed and has not settled yet. */
    boolean unsettled() {
        return !settled;
    }
}
