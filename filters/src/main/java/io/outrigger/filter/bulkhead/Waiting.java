package io.outrigger.filter.bulkhead;

import io.outrigger.exchange.Deferred;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Loop;
import io.outrigger.exchange.Outcome;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call in the queue, until it has a slot, its time is up, or nobody wants it any more. Confined to one loop; told
 * of its slot on any thread.
 *
 * <p>A slot may be granted to a call that is being given up on its own loop: it is still on its way then, and whoever
 * is told of it finds nothing to begin, and gives it back.
 */
final class Waiting extends Slots.Waiter implements Runnable, Consumer<Outcome> {
    private final BulkheadFilter bulkhead;
    private final Exchange exchange;
    private final Request request;
    private final Deferred deferred;
    private final long sinceNanos;
    private Loop.@Nullable Timer patience; // null until there is a place in the queue, and after it

    Waiting(BulkheadFilter bulkhead, Exchange exchange, Request request, Service next) {
        this.bulkhead = bulkhead;
        this.exchange = exchange;
        this.request = request;
        this.deferred = new Deferred(() -> bulkhead.send(exchange, request, next));
        this.sinceNanos = exchange.nanoTime();
    }

    /** It has a place in the queue. */
    Reply begin(long mostNanos) {
        patience = exchange.loop().after(mostNanos, () -> deferred.giveUp(bulkhead.waitedTooLong(exchange)));
        return deferred.reply().onEnd(this);
    }

    @Override
    void granted() {
        exchange.loop().execute(this);
    }

    /** The slot has come to this loop. */
    @Override
    public void run() {
        if (deferred.reply().ended()) {
            bulkhead.giveBack(); // given up in the meantime
            return;
        }
        leftQueue();
        bulkhead.meters().got(exchange.loop().index(), exchange.nanoTime() - sinceNanos);
        deferred.start();
    }

    /** The reply has ended: while it waited, if the timer is still there. */
    @Override
    public void accept(Outcome outcome) {
        if (patience == null) {
            return;
        }
        leftQueue();
        bulkhead.slots().leave(this);
        Failure why = outcome.failure();
        if (why != null) {
            request.body().discard(why);
        }
    }

    private void leftQueue() {
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
    }
}
