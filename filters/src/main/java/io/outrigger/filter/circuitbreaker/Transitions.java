package io.outrigger.filter.circuitbreaker;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.logging.Logger;

/**
 * Counts and logs what the circuits of one owner go through: a route, an upstream, the endpoints of a route. Lines are
 * noted under a circuit's lock and logged behind it. Shared by all loops.
 */
public final class Transitions {
    private static final Logger LOG = Logger.getLogger(Transitions.class.getName());

    private final AtomicLongArray counts = new AtomicLongArray(Phase.values().length);
    private final Queue<String> untold = new ConcurrentLinkedQueue<>();

    /** How often a circuit has become so. */
    public long to(Phase phase) {
        return counts.get(phase.ordinal());
    }

    void note(Phase to, String line) {
        counts.incrementAndGet(to.ordinal());
        untold.add(line);
    }

    void tell() {
        String line;
        while ((line = untold.poll()) != null) {
            LOG.info(line);
        }
    }
}
