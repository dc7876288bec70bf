package io.outrigger.filter.fault;

import io.netty.buffer.ByteBuf;
import io.outrigger.config.Fault;
import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.PassingBody;
import io.outrigger.exchange.Reply;

/**
 * A response's body that breaks off after a share of it; where nobody knows how long it is, after that share of its
 * first piece. Confined to one loop.
 */
final class CutBody extends PassingBody {
    private final Hit hit;
    private final Reply below;
    private final double share;
    private long leftBytes; // that may pass; -1 while nobody knows
    private boolean over;

    private CutBody(Hit hit, Reply below, Body body, double share) {
        super(body);
        this.hit = hit;
        this.below = below;
        this.share = share;
        this.leftBytes = body.length() < 0 ? -1 : (long) (body.length() * share);
    }

    /** Responses without content have nothing to be cut, and pass. */
    static Reply of(Reply below, Hit hit, Fault.Truncate fault) {
        return below.map(head -> {
            if (!Hit.hasContent(head)) {
                return head;
            }
            hit.injected("truncate", "the response ends after " + fault.share() + " of its body", 0);
            return head.withBody(
                    new CutBody(hit, below, head.body(), fault.share().fraction()));
        });
    }

    @Override
    public void discard(Failure why) {
        over = true;
        super.discard(why);
    }

    @Override
    public boolean chunk(ByteBuf bytes) {
        if (over) {
            bytes.release();
            return false;
        }
        if (leftBytes < 0) {
            leftBytes = (long) (bytes.readableBytes() * share);
        }
        int readable = bytes.readableBytes();
        if (readable <= leftBytes) {
            leftBytes -= readable;
            return super.chunk(bytes);
        }
        if (leftBytes > 0) {
            bytes.writerIndex(bytes.readerIndex() + (int) leftBytes);
            leftBytes = 0;
            super.chunk(bytes);
        } else {
            bytes.release();
        }
        cut();
        return false;
    }

    /** The reader first: where the last piece is here already, nobody below would tell it any more. */
    private void cut() {
        if (over) {
            return; // the reader has given up, with the last piece that it got
        }
        over = true;
        Attempt attempt = hit.attempt();
        if (attempt != null) {
            attempt.holdBody(true); // for good: the endpoint has done nothing wrong
        }
        Failure why = Failure.of(Failure.Kind.RESPONSE_CUT, "the response was cut, " + hit.whose());
        super.fail(why);
        below.fail(why);
    }

    @Override
    public void end(Headers trailers) {
        if (!over) {
            over = true;
            super.end(trailers);
        }
    }

    @Override
    public void fail(Failure why) {
        if (!over) {
            over = true;
            super.fail(why);
        }
    }
}
