package io.outrigger.proxy.upstream;

import io.outrigger.config.PoolConfig;
import io.outrigger.exchange.Failure;
import io.outrigger.filter.observe.UpstreamMeters;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.loop.NettyLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections to an upstream: how many there may be in the whole process, idle ones counted, and who waits for
 * one. Each loop keeps its own connections in its {@link LoopPool}; at the limit an idle one of another loop is closed.
 * Shared by all loops.
 */
public final class Pool {
    /** A call in the queue. Guarded by the pool, but for what is confined to the call's loop. */
    record Waiter(LoopPool pool, Call call) {
        /** Whether a connection of that loop to that endpoint is one for it. */
        boolean goesTo(LoopPool loop, Endpoint endpoint) {
            return pool == loop && call.endpoint() == endpoint;
        }
    }

    private final String name;
    private final PoolConfig config;
    private final UpstreamMeters meters;
    private final List<LoopPool> parts = new ArrayList<>();
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>(); // guarded by this
    private int most; // connections; guarded by this
    private int open; // those that there are or will be; guarded by this
    private volatile int waiting; // the length of waiters, for those who only want to know whether to care
    private volatile boolean retired;

    public Pool(String name, PoolConfig config, UpstreamMeters meters, Loops loops, Connector connector) {
        this.name = name;
        this.config = config;
        this.most = config.maxConnections();
        this.meters = meters;
        for (NettyLoop loop : loops.all()) {
            parts.add(new LoopPool(this, loop, connector));
        }
    }

    PoolConfig config() {
        return config;
    }

    UpstreamMeters meters() {
        return meters;
    }

    /** The part of a loop. */
    LoopPool at(int loopIndex) {
        return parts.get(loopIndex);
    }

    boolean retired() {
        return retired;
    }

    /** How many calls wait for a connection. From any thread. */
    public int waiting() {
        return waiting;
    }

    /** Ends idle connections now and busy ones when they are given back. Calls that come later still get new ones. */
    public void retire() {
        retired = true;
        for (LoopPool part : parts) {
            part.loop().execute(part::closeIdle);
        }
    }

    /**
     * The same for one whose calls have slots. Of these there may be more by now than it has connections: who has
     * waited for one, and came before the reload that made them more, still goes here.
     */
    public void retireUnderSlots() {
        List<Waiter> all;
        synchronized (this) {
            most = Integer.MAX_VALUE;
            all = List.copyOf(waiters);
            waiters.clear();
            waiting = 0;
            open += all.size();
        }
        all.forEach(this::grant);
        retire();
    }

    /** Closes the idle connections to endpoints that their upstream has no more. */
    public void dropRemoved() {
        for (LoopPool part : parts) {
            part.loop().execute(part::closeRemoved);
        }
    }

    /** A place for another connection, if there is one. */
    synchronized boolean tryOpen() {
        if (open < most) {
            open++;
            return true;
        }
        return false;
    }

    /** A place in the queue, or a place for a connection that has just come free. */
    Verdict enqueue(Waiter waiter) {
        synchronized (this) {
            if (open < most) {
                open++;
                return Verdict.OPEN;
            }
            if (waiters.size() >= config.maxPending()) {
                return Verdict.FULL;
            }
            waiters.add(waiter);
            waiting = waiters.size();
        }
        for (LoopPool part : parts) {
            if (part != waiter.pool) {
                part.loop().execute(part::giveWay); // an idle connection there holds the place that is wanted here
            }
        }
        return Verdict.QUEUED;
    }

    /** What became of a call that wanted a place. Immutable. */
    enum Verdict {
        OPEN,
        QUEUED,
        FULL
    }

    /** The call that has waited longest; null when none waits. Its place in the queue is gone with that. */
    synchronized @Nullable Waiter nextWaiter() {
        Waiter next = waiters.poll();
        waiting = waiters.size();
        return next;
    }

    /** The call waits no longer. */
    synchronized void leave(Waiter waiter) {
        waiters.remove(waiter);
        waiting = waiters.size();
    }

    /** A connection is gone, or was not made: its place goes to the next call, or is free. */
    void placeFreed() {
        Waiter next;
        synchronized (this) {
            next = waiters.poll();
            waiting = waiters.size();
            if (next == null) {
                open--;
                return;
            }
        }
        grant(next);
    }

    /** Gives the place of a connection that is gone to a call. */
    void grant(Waiter waiter) {
        waiter.pool.loop().execute(() -> waiter.pool.granted(waiter));
    }

    Failure full() {
        return Failure.of(
                Failure.Kind.POOL_FULL,
                "upstream " + name + " has " + config.maxConnections() + " connections and " + config.maxPending()
                        + " requests waiting");
    }

    Failure waitedTooLong() {
        return Failure.of(
                Failure.Kind.POOL_FULL,
                "no connection of upstream " + name + " came free within "
                        + config.maxWait().toMillis() + " ms");
    }
}
