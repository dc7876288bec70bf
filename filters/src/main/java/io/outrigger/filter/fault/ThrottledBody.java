package io.outrigger.filter.fault;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.Fault;
import io.outrigger.exchange.Answer;
import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Loop;
import io.outrigger.exchange.Outcome;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Response;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A response's body that comes no faster than it may: twenty pieces a second, and one chunk at most that is held back
 * meanwhile. Its reply ends when all has been pushed, however long ago that came. Confined to one loop.
 */
final class ThrottledBody implements Body, Body.Sink, Runnable {
    private static final int PIECES_PER_SECOND = 20;
    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Hit hit;
    private final Reply below;
    private final Fault.Throttle fault;
    private final Reply slow;
    private final Loop loop;
    private boolean failed; // whether there is nothing to slow down
    private @Nullable Body body; // null until there is one
    private @Nullable Sink sink; // null until somebody reads
    private @Nullable ByteBuf held; // came, and has to wait; null when nothing has
    private boolean shared; // whether a piece of that has gone already
    private @Nullable Headers trailers; // of a body whose end has come; null until then
    private Loop.@Nullable Timer timer; // null unless armed
    private long freeNanos; // when the next byte may go
    private boolean unwanted; // the reader has asked for a stop
    private boolean stopped; // and so has this
    private boolean over;

    private ThrottledBody(Reply below, Hit hit, Fault.Throttle fault) {
        this.hit = hit;
        this.below = below;
        this.fault = fault;
        this.slow = new Reply(this::given);
        this.loop = hit.exchange().loop();
        this.freeNanos = loop.nanoTime();
    }

    /** Responses without content have nothing to be slowed down, and pass. */
    static Reply of(Reply below, Hit hit, Fault.Throttle fault) {
        ThrottledBody one = new ThrottledBody(below, hit, fault);
        below.onEnd(one::ended).onAnswer(one::came); // in this order: it may be over already
        return one.slow;
    }

    private void came(Answer answer) {
        if (slow.ended()) {
            return;
        }
        if (answer instanceof Response head && !failed && Hit.hasContent(head)) {
            hit.injected("throttle", "the body comes at " + fault.perSecond() + " a second", 0);
            body = head.body();
            slow.answer(head.withBody(this));
        } else {
            slow.follow(below);
        }
    }

    private void ended(Outcome outcome) {
        Failure why = outcome.failure();
        failed = why != null;
        if (why != null && body != null) {
            fail(why);
        }
    }

    /** Its reply was failed from above. */
    private void given(Failure why) {
        below.fail(why);
        fail(why);
    }

    // ---- for the reader

    @Override
    public long length() {
        return body == null ? -1 : body.length();
    }

    @Override
    public void pushTo(Sink reader) {
        sink = reader;
        if (body != null) {
            body.pushTo(this);
        }
    }

    @Override
    public void resume() {
        unwanted = false;
        goOn();
    }

    @Override
    public void discard(Failure why) {
        if (!over) {
            finish();
            if (body != null) {
                body.discard(why);
            }
            slow.complete();
        }
    }

    // ---- from below

    @Override
    public boolean chunk(ByteBuf bytes) {
        if (over) {
            bytes.release();
            return false;
        }
        assert held == null : "more than was asked for";
        held = bytes;
        shared = false;
        push();
        stopped = held != null || unwanted;
        return !stopped;
    }

    @Override
    public void end(Headers last) {
        trailers = last;
        if (held == null) {
            complete(last);
        }
    }

    @Override
    public void fail(Failure why) {
        if (!over) {
            finish();
            if (sink != null) {
                sink.fail(why);
            }
            slow.fail(why);
        }
    }

    // ---- inner workings

    @Override
    public void run() {
        timer = null;
        goOn();
    }

    private void goOn() {
        push();
        if (over || held != null) {
            return;
        }
        if (trailers != null) {
            complete(trailers);
        } else if (stopped && !unwanted && body != null) {
            stopped = false;
            body.resume();
        }
    }

    private void push() {
        while (held != null && sink != null && !unwanted && !over && timer == null) {
            long now = loop.nanoTime();
            boolean free = hit.over();
            if (now - freeNanos < 0 && !free) {
                timer = loop.after(Math.min(freeNanos - now, Wait.LOOK_NANOS), this);
                break;
            }
            ByteBuf piece = takePiece(held, free ? Integer.MAX_VALUE : most());
            freeNanos = now
                    + (long) (piece.readableBytes() * SECOND / fault.perSecond().bytes());
            unwanted = !sink.chunk(piece);
        }
        hold(held != null && !unwanted); // a reader who wants no more is not kept waiting by this
    }

    private int most() {
        return (int) Math.max(1, fault.perSecond().bytes() / PIECES_PER_SECOND);
    }

    /** As a slice wherever a piece of it has gone before, so that nobody writes in front of it into that. */
    private ByteBuf takePiece(ByteBuf from, int most) {
        int length = Math.min(from.readableBytes(), most);
        boolean last = length == from.readableBytes();
        if (last) {
            held = null;
            if (!shared) {
                return from;
            }
        }
        shared = true;
        ByteBuf piece = from.readRetainedSlice(length);
        if (last) {
            from.release();
        }
        return piece;
    }

    private void complete(Headers last) {
        if (!over) {
            finish();
            if (sink != null) {
                sink.end(last);
            }
            slow.complete();
        }
    }

    private void finish() {
        over = true;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        if (held != null) {
            held.release();
            held = null;
        }
        hold(false);
    }

    private void hold(boolean back) {
        Attempt attempt = hit.attempt();
        if (attempt != null) {
            attempt.holdBody(back);
        }
    }
}
