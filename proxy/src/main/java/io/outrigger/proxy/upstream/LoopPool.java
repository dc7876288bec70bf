package io.outrigger.proxy.upstream;

import io.outrigger.config.PoolConfig;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Loop.Timer;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.loop.NettyLoop;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The connections of one loop to the endpoints of one upstream: the last one given back is used first. Confined to one loop. */
final class LoopPool {
    private final Pool pool;
    private final NettyLoop loop;
    private final Connects connects;
    private final long idleNanos;
    private final Map<Endpoint, ArrayDeque<ClientConnection>> idle = new HashMap<>(); // oldest first
    private @Nullable Timer sweep; // null while nothing is idle

    LoopPool(Pool pool, NettyLoop loop, Connector connector) {
        this.pool = pool;
        this.loop = loop;
        this.connects = new Connects(this, connector);
        this.idleNanos = pool.config().idleTimeout().toNanos();
    }

    NettyLoop loop() {
        return loop;
    }

    /** Gives the call a connection: an idle one, a new one, or one that has yet to come free; or fails it. */
    void acquire(Call call) {
        if (!call.request().fresh()) {
            ClientConnection used = takeIdle(call.endpoint());
            if (used != null) {
                pool.meters().taken(loop.index());
                used.begin(call);
                return;
            }
        }
        if (pool.tryOpen()) {
            connects.begin(call);
            return;
        }
        if (connects.adopt(call)) {
            return;
        }
        if (makeRoom()) {
            connects.begin(call);
            return;
        }
        Pool.Waiter waiter = new Pool.Waiter(this, call);
        switch (pool.enqueue(waiter)) {
            case OPEN -> connects.begin(call);
            case FULL -> call.fail(pool.full());
            case QUEUED -> {
                Timer patience = loop.after(pool.config().maxWait().toNanos(), () -> tooLate(waiter));
                call.whileWaiting(patience, () -> pool.leave(waiter));
            }
        }
    }

    /** A queued call has got the place of a connection that is gone. */
    void granted(Pool.Waiter waiter) {
        if (waiter.call().over()) {
            pool.placeFreed();
        } else {
            connects.begin(waiter.call());
        }
    }

    /** A connection whose call is over, and which can carry another. */
    void release(ClientConnection connection) {
        PoolConfig config = pool.config();
        long now = loop.nanoTime();
        boolean old = connection
                .tenure()
                .isOld(config.maxRequests(), config.maxLifetime().toNanos(), now);
        if (old || pool.retired() || connection.endpoint().removed()) {
            connection.close();
            return;
        }
        if (pool.waiting() > 0 && handOver(connection)) {
            return;
        }
        connection.rest(now);
        idle.computeIfAbsent(connection.endpoint(), _ -> new ArrayDeque<>(4)).add(connection);
        pool.meters().released(loop.index());
        if (sweep == null) {
            sweep = loop.after(idleNanos, this::sweep);
        }
    }

    /** A connection has ended by itself. */
    void closed(ClientConnection connection) {
        if (!connection.tenure().left()) {
            ArrayDeque<ClientConnection> same = idle.get(connection.endpoint());
            if (connection.tenure().idle() && same != null) {
                same.removeLastOccurrence(connection);
            }
            leave(connection);
            pool.placeFreed();
        }
    }

    /** Ends a connection that nobody uses, when a call of another loop waits for its place. */
    void giveWay() {
        if (pool.waiting() > 0 && makeRoom()) {
            pool.placeFreed();
        }
    }

    void closeIdle() {
        while (connects.stopOldest()) {
            pool.placeFreed();
        }
        idle.values().forEach(this::closeAll);
    }

    void closeRemoved() {
        idle.forEach((endpoint, same) -> {
            if (endpoint.removed()) {
                closeAll(same);
            }
        });
        idle.keySet().removeIf(Endpoint::removed);
    }

    private void closeAll(ArrayDeque<ClientConnection> same) {
        ClientConnection connection;
        while ((connection = same.pollFirst()) != null) {
            leave(connection);
            connection.close();
            pool.placeFreed();
        }
    }

    /** Gives a connection that came free to the call that has waited longest; tells whether one took it. */
    private boolean handOver(ClientConnection connection) {
        Pool.Waiter next = nextWaiter();
        if (next == null) {
            return false;
        }
        Call call = next.call();
        if (next.goesTo(this, connection.endpoint()) && !call.request().fresh()) {
            // not at once: the response that has just ended may still be on its way into the loop's only head writer
            loop.execute(() -> handedOver(connection, call));
            return true;
        }
        // it is for another loop or endpoint: its place is what can be given
        leave(connection);
        connection.close();
        pool.grant(next);
        return true;
    }

    private void handedOver(ClientConnection connection, Call call) {
        if (!connection.usable()) {
            connection.close(); // it has ended since, and with that its place goes to another
        } else if (call.over()) {
            release(connection);
        } else {
            call.waitedLongEnough();
            connection.begin(call);
            return;
        }
        if (!call.over()) {
            call.waitedLongEnough();
            acquire(call);
        }
    }

    /** The call that has waited longest and still waits. */
    private Pool.@Nullable Waiter nextWaiter() {
        Pool.Waiter next;
        do {
            next = pool.nextWaiter();
        } while (next != null && next.call().over());
        return next;
    }

    // ---- for connections that are being made

    Connects connects() {
        return connects;
    }

    /** One is there; for nobody where {@code call} is null. */
    void connected(ClientConnection connection, @Nullable Call call) {
        pool.meters().connected(loop.index());
        if (call == null) {
            release(connection);
        } else {
            call.waitedLongEnough();
            connection.begin(call);
        }
    }

    /** One cannot be made. */
    void failed(Failure why, @Nullable Call call) {
        pool.meters().connectFailed(loop.index(), why.kind());
        pool.placeFreed();
        if (call != null) {
            call.waitedLongEnough();
            call.fail(why);
        }
    }

    /** The call that one is made for is over: it is the next one's, if that goes there; else its place is. */
    void abandoned(Connecting connecting) {
        Pool.Waiter next = pool.waiting() > 0 ? nextWaiter() : null;
        if (next == null) {
            connects.keep(connecting);
        } else if (next.goesTo(this, connecting.endpoint())) {
            next.call().waitedLongEnough();
            connecting.give(next.call());
        } else {
            connecting.stop();
            pool.grant(next);
        }
    }

    private void tooLate(Pool.Waiter waiter) {
        waiter.call().fail(pool.waitedTooLong());
    }

    private @Nullable ClientConnection takeIdle(Endpoint endpoint) {
        ArrayDeque<ClientConnection> same = idle.get(endpoint);
        ClientConnection connection;
        while (same != null && (connection = same.pollLast()) != null) {
            if (connection.usable()) {
                return connection;
            }
            leave(connection); // its end is about to be told
            pool.placeFreed();
        }
        return null;
    }

    /** Ends a connection that nobody uses, and keeps its place; tells whether there was one. */
    private boolean makeRoom() {
        return connects.stopOldest() || closeOldest();
    }

    /** Closes the connection that has been idle for longest, and keeps its place; tells whether there was one. */
    private boolean closeOldest() {
        ArrayDeque<ClientConnection> where = null;
        long since = 0;
        for (ArrayDeque<ClientConnection> same : idle.values()) {
            ClientConnection first = same.peekFirst();
            if (first != null && (where == null || first.tenure().idleSinceNanos() - since < 0)) {
                where = same;
                since = first.tenure().idleSinceNanos();
            }
        }
        if (where == null) {
            return false;
        }
        ClientConnection oldest = where.remove();
        leave(oldest);
        oldest.close();
        return true;
    }

    /** The connection is no longer one of the pool's; its place is the caller's to give on. */
    private void leave(ClientConnection connection) {
        if (connection.tenure().idle()) {
            pool.meters().closedIdle(loop.index());
        } else {
            pool.meters().closedActive(loop.index());
        }
        connection.tenure().leave();
    }

    private void sweep() {
        sweep = null;
        long now = loop.nanoTime();
        long next = Long.MAX_VALUE;
        for (ArrayDeque<ClientConnection> same : idle.values()) {
            ClientConnection first;
            while ((first = same.peekFirst()) != null) {
                long left = first.tenure().idleSinceNanos() + idleNanos - now;
                if (left > 0) {
                    next = Math.min(next, left);
                    break;
                }
                same.remove();
                leave(first);
                first.close();
                pool.placeFreed();
            }
        }
        if (next != Long.MAX_VALUE) {
            sweep = loop.after(next, this::sweep);
        }
    }
}
