package io.outrigger.proxy.health;

import io.outrigger.proxy.loop.Loops;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Where endpoints are checked and compared, away from the loops that serve. Begins with the first upstream that wants
 * it. Shared by all loops.
 */
public final class HealthThread implements AutoCloseable {
    private final boolean nativeTransport;
    private @Nullable Loops loops; // null until somebody wants it; guarded by this
    private boolean closed; // guarded by this

    public HealthThread(boolean nativeTransport) {
        this.nativeTransport = nativeTransport;
    }

    /** Null once closed. */
    synchronized @Nullable Loops loops() {
        if (closed) {
            return null;
        }
        if (loops == null) {
            loops = new Loops(1, nativeTransport, "outrigger-health");
        }
        return loops;
    }

    /** Runs it on the thread, unless that has ended. */
    void execute(Runnable task) {
        Loops its = loops();
        if (its == null) {
            return;
        }
        try {
            its.all().getFirst().execute(task);
        } catch (RejectedExecutionException e) {
            if (!closed()) {
                throw e;
            }
            // somebody closed it since it was asked for
        }
    }

    private synchronized boolean closed() {
        return closed;
    }

    /** Nothing is checked or compared any more. */
    @Override
    public void close() {
        Loops its;
        synchronized (this) {
            closed = true;
            its = loops;
        }
        if (its != null) {
            its.close(); // outside: it waits for the thread, which may be waiting for this
        }
    }
}
