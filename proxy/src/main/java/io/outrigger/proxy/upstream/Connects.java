package io.outrigger.proxy.upstream;

import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * The connections of one loop that are being made. Those whose calls are over go on, for the calls to come: at the limit
 * of the pool they are given to calls that go the same way, or make room. Confined to one loop.
 */
final class Connects {
    private final LoopPool pool;
    private final Connector connector;
    private final ArrayDeque<Connecting> forNobody = new ArrayDeque<>(4); // oldest first

    Connects(LoopPool pool, Connector connector) {
        this.pool = pool;
        this.connector = connector;
    }

    /** Begins one for a call, which has a place for it. */
    void begin(Call call) {
        call.waitedLongEnough();
        Connecting its = new Connecting(pool, call.endpoint());
        its.give(call);
        its.begin(connector);
    }

    /** Gives the call one that has been begun for another; tells whether there is one. */
    boolean adopt(Call call) {
        for (Iterator<Connecting> all = forNobody.iterator(); all.hasNext(); ) {
            Connecting one = all.next();
            if (one.endpoint() == call.endpoint()) {
                all.remove();
                one.give(call);
                return true;
            }
        }
        return false;
    }

    /** Keeps one whose call is over. */
    void keep(Connecting one) {
        forNobody.add(one);
    }

    /** One that was kept is done. */
    void forget(Connecting one) {
        forNobody.removeFirstOccurrence(one);
    }

    /** Gives up the one that has been begun first of those that nobody waits for; tells whether there was one. */
    boolean stopOldest() {
        Connecting oldest = forNobody.poll();
        if (oldest == null) {
            return false;
        }
        oldest.stop();
        return true;
    }
}
