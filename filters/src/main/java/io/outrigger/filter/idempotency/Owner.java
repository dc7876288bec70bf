package io.outrigger.filter.idempotency;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.exchange.Answer;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Loop;
import io.outrigger.exchange.Outcome;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import org.jspecify.annotations.Nullable;

/**
 * The first request with a key: sends it, passes the answer on, and sees to it that the store learns of the end. Once
 * the upstream may have seen the request it goes on without its client, so that the answer is there for whoever comes
 * with the same key. Confined to one loop.
 */
final class Owner implements Recording.Keeper {
    private static final Failure LATE =
            Failure.of(Failure.Kind.DEADLINE, "nobody waits for the answer, and the lease that it had is over");

    private static final Failure OVER = Failure.of(Failure.Kind.CLIENT_GONE, "the request is over");

    private final IdempotencyFilter filter;
    private final Exchange exchange;
    private final Claim claim;
    private final boolean again; // whether an earlier request may have reached the upstream
    private final Tenure tenure;
    private final Reply reply; // which tells of its end by stop
    private long charged; // bytes of the budget for the answer, until a recording has taken them over
    private Body body = Body.EMPTY; // of the request, once it is sent
    private @Nullable Reply below; // null until the request is sent
    private @Nullable Failure stopped; // before that; null where it was not
    private @Nullable Response storing; // the head that is to be stored; null where none is
    private @Nullable Recording recording; // of its body; null where there is none
    private boolean settled; // whether the fate of the key is decided
    private boolean alone; // whether it goes on without its client
    private Loop.@Nullable Timer limit; // while it does

    /**
     * @param charged what has been taken of the budget for the answer, which it gives back
     * @param reply gets the answer, and tells {@link #stop} when it fails
     */
    Owner(IdempotencyFilter filter, Exchange exchange, Claim claim, boolean again, long charged, Reply reply) {
        this.filter = filter;
        this.exchange = exchange;
        this.claim = claim;
        this.again = again;
        this.charged = charged;
        this.reply = reply;
        this.tenure = new Tenure(filter, exchange, claim);
    }

    void send(Request request, Service next) {
        tenure.begin();
        body = request.body();
        Reply sent;
        try {
            sent = next.send(exchange, request);
        } catch (RuntimeException | Error bug) {
            settle(Fate.UNKNOWN, Loss.NO_ANSWER);
            settleMemory(); // what is with the bug stays there
            throw bug;
        }
        below = sent;
        if (stopped != null) {
            stop(stopped);
        }
        sent.onAnswer(this::answered).onEnd(this::ended);
    }

    private void answered(Answer answer) {
        if (!(answer instanceof Response head)) {
            return; // the end tells it
        }
        Fate fate = Fate.of(head.status(), filter.config().serverErrors());
        if (fate != Fate.STORE) {
            settle(fate, Loss.SERVER_ERROR);
            reply.answer(head); // and does without the rest when nobody waits
            return;
        }
        storing = head;
        if (head.body() == Body.EMPTY) {
            reply.answer(head);
            return;
        }
        Recording whole =
                new Recording(head.body(), filter.config().maxResponse().bytes(), filter.buffers(), charged, this);
        charged = 0;
        recording = whole;
        reply.answer(head.withBody(whole));
    }

    // ---- of the recording

    @Override
    public void recorded(ByteBuf content, Headers trailers) {
        Response head = storing;
        if (head != null) {
            keep(new WholeAnswer(head.status(), head.headers(), content, trailers));
        }
    }

    @Override
    public void tooMuch() {
        exchange.note("idempotency", "not stored", "the answer is larger than may be kept", 0);
        settle(Fate.UNKNOWN, Loss.TOO_LARGE);
    }

    @Override
    public void delivered() {
        reply.complete();
    }

    // ---- the end

    private void ended(Outcome outcome) {
        Failure why = outcome.failure();
        if (why != null) {
            boolean cut = storing != null;
            settle(cut ? Fate.UNKNOWN : Fate.of(exchange.delivery()), cut ? Loss.CUT : Loss.NO_ANSWER);
            reply.fail(why);
            dropRecording();
        } else if (recording == null) {
            if (storing != null) {
                keep(new WholeAnswer(storing.status(), storing.headers(), Unpooled.EMPTY_BUFFER, Headers.NONE));
            }
            reply.complete();
        }
        settleMemory();
        if (alone) {
            alone = false;
            filter.meters().over();
        }
        if (limit != null) {
            limit.cancel();
        }
    }

    private void settleMemory() {
        body.discard(OVER); // what nobody has read, because it was refused before it was sent
        filter.buffers().giveBack(charged);
        charged = 0;
    }

    private void keep(WholeAnswer answer) {
        if (!settled) {
            settled = true;
            tenure.end(new Ending.Answered(answer));
        }
    }

    /**
     * Only the first word counts.
     *
     * @param why where the fate is not known
     */
    private void settle(Fate fate, Loss why) {
        if (!settled) {
            settled = true;
            boolean earlier = again || exchange.delivery() == Delivery.UNKNOWN; // another attempt, where this answers
            boolean forget = fate == Fate.FORGET && !earlier || claim.lost() == Claim.Lost.FORGET;
            Loss loss = fate == Fate.FORGET ? Loss.EARLIER : why;
            tenure.end(forget ? new Ending.Forgotten() : new Ending.Unknown(loss));
        }
    }

    /** The client has left, or was told that its time is up. */
    void stop(Failure why) {
        Reply sent = below;
        if (sent == null) {
            stopped = why;
            return;
        }
        if (sent.ended()) {
            leaveRecording(); // whose client has not got all of it
            return;
        }
        if (settled || Fate.of(exchange.delivery()) == Fate.FORGET) {
            sent.fail(why);
            dropRecording();
            return;
        }
        goOnAlone(why);
    }

    private void goOnAlone(Failure why) {
        alone = true;
        filter.meters().goesOn();
        exchange.note("idempotency", "goes on", why.kind().cause() + ": the upstream may have seen it", 0);
        exchange.onInterim((_, _) -> {});
        long now = exchange.nanoTime();
        long until = exchange.deadline() == Exchange.NO_DEADLINE ? now : Math.max(exchange.deadline(), now);
        limit = exchange.loop().after(until - now + claim.lease().toNanos(), this::late);
        leaveRecording();
    }

    private void leaveRecording() {
        if (recording != null) {
            recording.leave();
        }
    }

    /** What it is made from may end without a word. */
    private void dropRecording() {
        if (recording != null) {
            recording.drop();
        }
    }

    private void late() {
        if (below != null) {
            below.fail(LATE.delivered(exchange.delivery()));
        }
    }
}
