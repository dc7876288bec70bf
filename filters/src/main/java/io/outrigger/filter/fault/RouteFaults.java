package io.outrigger.filter.fault;

import java.util.ArrayList;
import java.util.List;

/** What experiments inject into a route, whatever snapshot is in force. Shared by all loops. */
public final class RouteFaults {
    private static final Injection[] NONE = {};

    private volatile Injection[] running = NONE; // replaced under the lock
    private volatile boolean gone;

    RouteFaults() {}

    /** Not to be changed. */
    Injection[] running() {
        return running;
    }

    synchronized void add(Injection one) {
        List<Injection> all = new ArrayList<>(List.of(running));
        all.add(one);
        running = all.toArray(NONE);
    }

    synchronized void remove(Injection one) {
        List<Injection> all = new ArrayList<>(List.of(running));
        all.remove(one);
        running = all.isEmpty() ? NONE : all.toArray(NONE);
    }

    /** No snapshot has the route any more; one of the same name would be another route. */
    void leave() {
        gone = true;
    }

    boolean gone() {
        return gone;
    }
}
