package io.outrigger.proxy;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What signals ask of the proxy, from before there is one: a process that is told to end while it starts comes up, drains
 * and exits with 0, instead of being ended by the signal. Shared by all loops.
 */
final class Orders {
    private final AtomicInteger exit = new AtomicInteger();
    private @Nullable Proxy proxy; // null while it starts; guarded by this
    private boolean end; // was asked for before; guarded by this
    private boolean reload; // likewise

    private Orders() {}

    /** Takes signals from now on. */
    static Orders taken() {
        Orders orders = new Orders();
        Signals.onEnd(orders::end);
        Signals.onReload(orders::reload);
        return orders;
    }

    /** The proxy is there, and does what was asked for so far. */
    void obeyedBy(Proxy started) {
        boolean toEnd;
        boolean toReload;
        synchronized (this) {
            proxy = started;
            toEnd = end;
            toReload = reload;
        }
        if (toEnd) {
            started.drain();
        } else if (toReload) {
            started.reload(_ -> {}); // the log tells what became of it
        }
    }

    /** How the process is to exit: with 0 once drained, or as a second signal says. */
    int exit() {
        return exit.get();
    }

    private void end(int signalled) {
        Proxy there = there(true, false);
        exit.set(signalled);
        if (there != null && signalled == 0) {
            there.drain();
        } else if (there != null) {
            there.close();
        } else if (signalled != 0) {
            System.exit(signalled); // nobody has been let in yet
        }
    }

    private void reload() {
        Proxy there = there(false, true);
        if (there != null) {
            there.reload(_ -> {}); // the log tells what became of it
        }
    }

    private synchronized @Nullable Proxy there(boolean toEnd, boolean toReload) {
        end |= toEnd;
        reload |= toReload;
        return proxy;
    }
}
