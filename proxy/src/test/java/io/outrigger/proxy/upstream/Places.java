package io.outrigger.proxy.upstream;

/** Counts the places for connections that a pool still has. */
public final class Places {
    private Places() {}

    /** How many connections could be opened now. Takes all of them: for the end of a test. */
    public static int takeAll(Pool pool) {
        int free = 0;
        while (pool.tryOpen()) {
            free++;
        }
        return free;
    }

    /** How many calls wait for a connection. */
    public static int queueLength(Pool pool) {
        return pool.waiting();
    }
}
