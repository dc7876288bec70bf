package io.outrigger.filter.idempotency;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.IdempotencyConfig.InFlight;
import io.outrigger.config.IdempotencyConfig.OnStoreFailure;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Loop;
import io.outrigger.exchange.Repeat;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import io.outrigger.exchange.WholeBody;
import org.jspecify.annotations.Nullable;

/**
 * One request with a key: reads its body, asks the store, and then sends it, waits for another one's answer, repeats
 * that, or refuses. Confined to one loop.
 */
final class Keyed implements WholeBody.Listener {
    private static final Failure DONE = Failure.of(Kind.CLIENT_GONE, "the request is over");
    private static final HeaderName EXPECT = HeaderName.of("expect");
    private static final HeaderName REPLAYED = HeaderName.of("idempotent-replayed");
    private static final long BEFORE_DEADLINE_NANOS = 5_000_000; // so that a waiter is told before its time is up
    private static final int FIRST_BYTES = 4096; // for the answer, so that what is sent can nearly always be stored

    private final IdempotencyFilter filter;
    private final Exchange exchange;
    private final Request request;
    private final Service next;
    private final Reply result = new Reply(this::stop);
    private final Hashing hashing;

    @SuppressWarnings("NullAway.Init") // set before anything else happens
    private KeyId id;

    private Body body = Body.EMPTY; // as it will be sent
    private boolean expects; // whether the client waits to be told to send its body
    private @Nullable Claim claim; // null until the body is whole
    private @Nullable Owner owner; // once the key is its own
    private boolean waited; // for the answer to another request
    private long waitUntilNanos; // once it has waited
    private Loop.@Nullable Timer patience; // while it waits
    private Loop.@Nullable Timer watch; // likewise, but for the moment in which the store is asked again

    Keyed(IdempotencyFilter filter, Exchange exchange, Request request, Service next) {
        this.filter = filter;
        this.exchange = exchange;
        this.request = request;
        this.next = next;
        this.hashing = new Hashing(filter.store().digests());
    }

    Reply begin(String key) {
        exchange.repeat(filter.config().upstreamHonoursKey() ? Repeat.ALWAYS : Repeat.NEVER); // refused or not
        id = filter.id(request, key);
        hashing.begin(request);
        expects = request.headers().has(EXPECT);
        Body source = request.body();
        if (source.length() == 0) {
            whole();
            return result;
        }
        long cap = filter.config().maxBody().bytes();
        if (expects && source.length() <= cap) {
            exchange.interim(100, Headers.NONE); // the upstream is not asked before the body is here
        }
        WholeBody reading = new WholeBody(source, cap, filter.buffers(), this);
        body = reading;
        reading.gather();
        return result;
    }

    // ---- of the body

    @Override
    public void coming(ByteBuf bytes) {
        hashing.add(bytes);
    }

    @Override
    public void whole() {
        claim = filter.claim(id, hashing.end());
        ask();
    }

    @Override
    public void tooLong() {
        refuse(Failure.of(
                Kind.KEY_BODY_TOO_LARGE,
                "a body of more than " + filter.config().maxBody() + " with a key"));
    }

    @Override
    public void noRoom() {
        if (result.answered()) {
            return; // by somebody who did not need it
        }
        refuse(Failure.of(Kind.SHED, "no memory is left for another body with a key"));
    }

    @Override
    public void broken(Failure why) {
        result.fail(why.delivered(exchange.delivery()));
    }

    // ---- of the store

    private void ask() {
        watch = null;
        Claim wanted = claim;
        if (wanted != null) {
            filter.store().claim(wanted, exchange.loop(), found -> found(wanted, found));
        }
    }

    private void found(Claim wanted, Found found) {
        if (result.ended()) {
            if (found instanceof Found.Owned(boolean again)) {
                giveUp(wanted, again); // nobody waits any more, and nothing has been sent
            } else if (found instanceof Found.Failed) {
                giveBack(wanted, mayBeAgain(wanted));
            }
            return;
        }
        switch (found) {
            case Found.Owned(boolean again) -> own(wanted, again);
            case Found.Answered(KeptAnswer answer) -> replay(answer);
            case Found.InFlight() -> await();
            case Found.Mismatch() -> {
                count(Result.MISMATCH);
                refuse(Failure.of(Kind.KEY_MISMATCH, "the key was used for another method, target or body"));
            }
            case Found.Unknown(Loss why) ->
                refuse(Failure.of(Kind.KEY_UNKNOWN, "the first request with this key was sent, and " + why.words()));
            case Found.Failed(String why) -> failed(wanted, why);
        }
    }

    private void own(Claim owned, boolean again) {
        endWaiting();
        long first = Math.min(FIRST_BYTES, filter.config().maxResponse().bytes());
        if (!filter.buffers().tryTake(first)) {
            giveUp(owned, again);
            refuse(Failure.of(Kind.SHED, "no memory is left for the answer to a request with a key"));
            return;
        }
        if (again) {
            exchange.note("idempotency", "again", "the answer to an earlier request was lost", 0);
        }
        owner = new Owner(filter, exchange, owned, again, first, result);
        owner.send(sent(), next);
    }

    /** What the upstream gets: it is not asked for another protocol, whose bytes nobody could repeat. */
    private Request sent() {
        Headers headers = expects ? request.headers().without(EXPECT) : request.headers();
        Body all = body;
        body = Body.EMPTY; // that one is the attempt's now
        return new Request(
                request.method(),
                request.target(),
                headers,
                all,
                null,
                request.trailersWanted(),
                request.sending(),
                request.fresh());
    }

    private void replay(KeptAnswer answer) {
        endWaiting();
        count(waited ? Result.WAITED : Result.REPLAYED);
        exchange.note("idempotency", "replayed", "the request with this key has been answered before", 0);
        Response response = answer.response();
        body.discard(DONE);
        result.follow(Reply.of(response.withHeaders(response.headers().with(REPLAYED, "true"))));
    }

    private void await() {
        long now = exchange.nanoTime();
        if (!waited) {
            waitUntilNanos = now + patienceNanos(now);
        }
        long left = waitUntilNanos - now;
        if (left <= 0) {
            conflict();
            return;
        }
        if (!waited) {
            waited = true;
            exchange.note("idempotency", "waits", "a request with this key is under way", left);
            patience = exchange.loop().after(left, this::conflict);
        }
        watch = filter.store().watch(id, exchange.loop(), this::ask);
    }

    /** How long it may wait: 0 for not at all. */
    private long patienceNanos(long now) {
        if (filter.config().inFlight() == InFlight.REJECT) {
            return 0;
        }
        long most = filter.config().waitFor().toNanos();
        return exchange.deadline() == Exchange.NO_DEADLINE
                ? most
                : Math.min(most, exchange.deadline() - now - BEFORE_DEADLINE_NANOS);
    }

    private void conflict() {
        count(Result.CONFLICT);
        refuse(Failure.of(Kind.KEY_IN_FLIGHT, "the first request with this key has no answer yet")
                .retryAfter(1));
    }

    private void failed(Claim wanted, String why) {
        count(Result.STORE_FAILED);
        giveBack(wanted, mayBeAgain(wanted));
        if (filter.config().onStoreFailure() == OnStoreFailure.REFUSE) {
            refuse(Failure.of(Kind.STORE_FAILED, why));
            return;
        }
        endWaiting();
        exchange.note("idempotency", "unprotected", why, 0);
        Request sent = sent();
        result.follow(next.send(exchange, sent).onEnd(_ -> sent.body().discard(DONE)));
    }

    /** Gives up a claim that came about: the key is what it was before, however often the store has to be told. */
    private void giveUp(Claim given, boolean again) {
        new Tenure(filter, exchange, given).end(before(again));
    }

    /** Gives up a claim that may have come about, at a store that has just failed. */
    private void giveBack(Claim given, boolean again) {
        filter.store().finish(given, before(again), exchange.loop(), _ -> {});
    }

    private static Ending before(boolean again) {
        return again ? new Ending.Unknown(Loss.EARLIER) : new Ending.Forgotten();
    }

    /** Whether an earlier request may have reached the upstream, where the store has not said so. */
    private static boolean mayBeAgain(Claim given) {
        return given.lost() == Claim.Lost.AGAIN;
    }

    private void refuse(Failure why) {
        result.fail(why);
    }

    /** It was failed, from above or from here. */
    private void stop(Failure why) {
        endWaiting();
        body.discard(why);
        if (owner != null) {
            owner.stop(why);
        }
    }

    private void endWaiting() {
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
        if (watch != null) {
            watch.cancel();
            watch = null;
        }
    }

    private void count(Result result) {
        filter.meters().count(exchange.loop().index(), result);
    }
}
