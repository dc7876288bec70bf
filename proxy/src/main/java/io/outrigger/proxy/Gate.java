package io.outrigger.proxy;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.proxy.downstream.Entrance;
import io.outrigger.proxy.route.CompiledRoute;
import io.outrigger.proxy.route.RouteTable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Leads the requests of one listener to the routes of the snapshot that is in force when they come. Shared by all loops. */
final class Gate implements Entrance {
    private final String place;
    private final Current current;
    private volatile @Nullable Active last; // with which the listener ended; null while it is there

    /** @param place of the listener, as its configuration has it */
    Gate(String place, Current current) {
        this.place = place;
        this.current = current;
    }

    /** The listener ends: its clients are served by this snapshot from now on, and are asked to go. */
    void close(Active withIt) {
        last = withIt;
    }

    @Override
    public Reply send(Exchange exchange, Request request) {
        Active active = current.get(); // read once: an exchange keeps the snapshot that it began with
        RouteTable table = active.door(place);
        if (table == null) { // the listener is gone; this was closed before the snapshot without it came into force
            active = Objects.requireNonNull(last, place);
            table = Objects.requireNonNull(active.door(place), place);
        }
        int forwards = MaxForwards.of(request);
        if (forwards == 0) {
            return active.lastHop().send(exchange, request);
        }
        CompiledRoute route = table.match(request);
        if (route == null) {
            return active.unrouted().send(exchange, request);
        }
        exchange.route(route.name());
        return route.service().send(exchange, forwards < 0 ? request : MaxForwards.counted(request, forwards));
    }

    @Override
    public void refused(Exchange exchange, String method, Failure why) {
        current.get().observer().refused(exchange, method, why);
    }

    @Override
    public boolean draining() {
        return last != null || current.draining();
    }
}
