package io.outrigger.filter.bulkhead;

import io.outrigger.config.BulkheadConfig;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.Outcome;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import java.util.function.Consumer;

/** Has no more calls under way than there are slots; the next ones wait in order, for a while. Immutable. */
public final class BulkheadFilter implements Filter {
    private final BulkheadConfig config;
    private final Slots slots;
    private final BulkheadMeters meters;
    private final Consumer<Outcome> giveBack;
    private final Failure full;
    private final Failure late;

    /**
     * @param name for people and metrics
     * @param slots outlive snapshots; other routes may share them
     */
    public BulkheadFilter(String name, BulkheadConfig config, Slots slots, BulkheadMeters meters) {
        this.config = config;
        this.slots = slots;
        this.meters = meters;
        this.giveBack = _ -> slots.giveBack();
        this.full = Failure.of(
                Kind.BULKHEAD_FULL,
                "bulkhead " + name + " has " + config.maxConnections() + " requests under way and "
                        + config.maxPending() + " waiting");
        this.late = Failure.of(
                Kind.BULKHEAD_FULL,
                "no slot of bulkhead " + name + " came free within "
                        + config.maxWait().toMillis() + " ms");
    }

    @Override
    public Reply apply(Exchange exchange, Request request, Service next) {
        int loop = exchange.loop().index();
        if (slots.tryTake()) {
            meters.got(loop, 0);
            return send(exchange, request, next);
        }
        Waiting waiting = new Waiting(this, exchange, request, next);
        return switch (slots.takeOrWait(waiting, config.maxPending())) {
            case TAKEN -> {
                meters.got(loop, 0);
                yield send(exchange, request, next);
            }
            case QUEUED -> {
                exchange.note("bulkhead", "waits", "all slots are taken", 0);
                yield waiting.begin(config.maxWait().toNanos());
            }
            case FULL -> {
                Failure why = refuse(exchange, full);
                request.body().discard(why);
                yield Reply.failed(why);
            }
        };
    }

    /** For a call that has a slot, which comes back whatever becomes of it. */
    Reply send(Exchange exchange, Request request, Service next) {
        Reply reply;
        try {
            reply = next.send(exchange, request);
        } catch (RuntimeException | Error bug) {
            slots.giveBack(); // a lost slot would be lost for good
            throw bug;
        }
        return reply.onEnd(giveBack);
    }

    void giveBack() {
        slots.giveBack();
    }

    Slots slots() {
        return slots;
    }

    BulkheadMeters meters() {
        return meters;
    }

    Failure waitedTooLong(Exchange exchange) {
        return refuse(exchange, late);
    }

    private Failure refuse(Exchange exchange, Failure why) {
        meters.refused(exchange.loop().index());
        exchange.note("bulkhead", "refused", why.detail(), 0);
        return why;
    }
}
