package io.outrigger.proxy.upstream;

import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Loop.Timer;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.http1.ResponseHead;
import io.outrigger.proxy.tls.TlsAlert;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One attempt, from the pick of its endpoint to its end. Confined to one loop. */
final class Call implements Consumer<Failure> {
    static final int INTERIMS_MOST = 64; // more is a flood

    private final Exchange exchange;
    private final Request request;
    private final Endpoint endpoint;
    private final Attempt attempt;
    private final CallTerms terms;
    private final Reply reply = new Reply(this);
    private @Nullable ClientConnection connection; // null while it waits for one, and after the end
    private @Nullable IncomingResponse response; // null until its head has come
    private @Nullable Timer patience; // while it waits in a queue
    private @Nullable Runnable leaveQueue; // likewise, and while a connection is being made for it
    private int interims;
    private boolean over;

    Call(Exchange exchange, Request request, Endpoint endpoint, CallTerms terms) {
        this.exchange = exchange;
        this.request = request;
        this.endpoint = endpoint;
        this.terms = terms;
        this.attempt = new Attempt(endpoint.name(), exchange.nanoTime(), request.attempt());
        exchange.begin(attempt);
        endpoint.begin();
    }

    Exchange exchange() {
        return exchange;
    }

    Request request() {
        return request;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    Attempt attempt() {
        return attempt;
    }

    Reply reply() {
        return reply;
    }

    /** How long no byte may move either way. */
    long idleNanos() {
        return terms.idleNanos();
    }

    /** Whether nobody waits for it any more. */
    boolean over() {
        return over;
    }

    /** It has got its connection. */
    void on(ClientConnection its) {
        connection = its;
    }

    /** It has a place in a queue, which it leaves when it ends. */
    void whileWaiting(Timer until, Runnable leave) {
        patience = until;
        leaveQueue = leave;
        exchange.note("pool", "waits", "all connections that there may be are in use", 0);
    }

    /** A connection is being made for it, which it gives up when it ends. */
    void whileConnecting(Runnable leave) {
        leaveQueue = leave;
    }

    /** It has been given a connection, or the place for one. */
    void waitedLongEnough() {
        leaveQueue = null;
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
    }

    /** Relays an interim response; tells whether it is one that is still fine. */
    boolean relay(ResponseHead head) {
        boolean fine = ++interims <= INTERIMS_MOST;
        if (fine) {
            exchange.interim(head.status(), head.headers());
        }
        return fine;
    }

    /** The head of its response has come. */
    void answered(IncomingResponse its, int status) {
        response = its;
        endpoint.answered(attempt, status, exchange.nanoTime());
        attempt.answered(status);
    }

    /**
     * Why it fails when no byte has moved for too long.
     *
     * @param full whether the endpoint reads nothing of what there is to send
     */
    Failure stalled(boolean full) {
        String limit = TimeUnit.NANOSECONDS.toMillis(terms.idleNanos()) + " ms";
        if (response != null && response.paused()) {
            return Failure.of(Kind.CLIENT_GONE, "the client read nothing for " + limit)
                    .delivered(attempt.delivery());
        }
        if (response != null
                && response.isTunnel()
                && !full) { // two who have nothing to say: nobody's fault, the server's least
            return Failure.of(Kind.CLIENT_GONE, "no byte moved in the tunnel for " + limit)
                    .delivered(attempt.delivery());
        }
        Kind kind = response == null ? Kind.ATTEMPT_TIMEOUT : Kind.RESPONSE_CUT;
        return Failure.of(kind, "no byte came from " + endpoint.name() + " for " + limit);
    }

    /** Why it fails when its connection has ended before the head of a response. */
    Failure lost(boolean stale, boolean amidHead) {
        Delivery delivery = attempt.delivery();
        String when = amidHead
                ? " in the middle of a response head"
                : delivery == Delivery.NOT_SENT ? " before a byte was sent" : " without a response";
        Failure why = stale
                ? Failure.of(Kind.STALE_CONNECTION, "the reused connection to " + endpoint.name() + " ended" + when)
                : Failure.of(Kind.RESET, endpoint.name() + " ended the connection" + when);
        return why.delivered(delivery);
    }

    /** Why it fails when bytes have come that cannot be its answer, because nothing has been sent. */
    Failure answeredUnasked(boolean stale) {
        Kind kind = stale ? Kind.STALE_CONNECTION : Kind.BAD_RESPONSE;
        return Failure.of(kind, endpoint.name() + " said something before a byte was sent")
                .delivered(Delivery.NOT_SENT);
    }

    /** Why it fails when the endpoint has ended the handshake that this side took for done. */
    Failure refused(TlsAlert alert) {
        attempt.takeBack();
        return alert.failure(endpoint.name());
    }

    /** It cannot go on; {@code why} is told to everyone above. */
    void fail(Failure why) {
        if (!over) {
            settle(why);
            request.body().discard(why);
            if (response != null) {
                response.fail(why);
            }
            reply.fail(why);
        }
    }

    /** The response is complete, or what is left of it is not wanted. */
    void complete() {
        if (!over) {
            settle(null);
            reply.complete();
        }
    }

    /** Its reply was failed from above. */
    @Override
    public void accept(Failure why) {
        if (!over) {
            ClientConnection used = connection;
            settle(why);
            request.body().discard(why);
            if (response != null) {
                response.fail(why);
            }
            if (used != null) {
                used.abandon(this);
            }
        }
    }

    private void settle(@Nullable Failure why) {
        over = true;
        connection = null;
        if (leaveQueue != null) {
            leaveQueue.run();
            waitedLongEnough();
        }
        long now = exchange.nanoTime();
        if (why != null) {
            endpoint.failed(attempt, why, now);
        }
        attempt.end(why, now);
        endpoint.end();
        terms.meters().ended(exchange.loop().index(), attempt, exchange.identity());
    }
}
