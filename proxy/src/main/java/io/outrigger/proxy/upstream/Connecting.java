package io.outrigger.proxy.upstream;

import io.outrigger.exchange.Failure;
import io.outrigger.proxy.balance.Endpoint;
import org.jspecify.annotations.Nullable;

/** A connection that is being made: for a call, or for nobody once that is over. Confined to one loop. */
final class Connecting {
    private final LoopPool pool;
    private final Endpoint endpoint;
    private @Nullable Call call; // null while nobody waits for it
    private @Nullable Runnable stop; // null before it has begun
    private boolean givenUp;

    Connecting(LoopPool pool, Endpoint endpoint) {
        this.pool = pool;
        this.endpoint = endpoint;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    void begin(Connector connector) {
        stop = connector.connect(pool, pool.loop(), endpoint, this::connected, this::failed);
    }

    /** From now on it is this call's, until that is over. */
    void give(Call its) {
        call = its;
        its.whileConnecting(() -> {
            call = null;
            pool.abandoned(this);
        });
    }

    /** Gives it up. Its place is the caller's to give on. */
    void stop() {
        givenUp = true;
        if (stop != null) {
            stop.run();
        }
    }

    private void connected(ClientConnection connection) {
        if (givenUp) { // it was there at that very moment
            connection.tenure().leave();
            connection.close();
        } else {
            pool.connected(connection, over());
        }
    }

    private void failed(Failure why) {
        if (!givenUp) {
            pool.failed(why, over());
        }
    }

    /** Nothing is being made any more. */
    private @Nullable Call over() {
        Call its = call;
        call = null;
        if (its == null) {
            pool.connects().forget(this);
        }
        return its;
    }
}
