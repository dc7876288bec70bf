package io.outrigger.proxy;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.proxy.downstream.Entrance;
import io.outrigger.proxy.route.CompiledRoute;
import io.outrigger.proxy.route.RouteTable;

/** Leads the requests of one listener to the routes of the snapshot that is in force when they come. Shared by all loops. */
final class Gate implements Entrance {
    private final String listener;
    private final Current current;

    Gate(String listener, Current current) {
        this.listener = listener;
        this.current = current;
    }

    @Override
    public Reply send(Exchange exchange, Request request) {
        Active active = current.get(); // read once: an exchange keeps the snapshot that it began with
        int forwards = MaxForwards.of(request);
        if (forwards == 0) {
            return active.lastHop().send(exchange, request);
        }
        RouteTable table = active.snapshot().table(listener);
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
        return current.draining();
    }
}
