package io.outrigger.proxy.trace;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.outrigger.proxy.http1.BodyDecoder;
import io.outrigger.proxy.http1.HeadBuffer;
import io.outrigger.proxy.http1.HeadLimits;
import io.outrigger.proxy.http1.ResponseHead;
import io.outrigger.proxy.http1.ResponseScanner;
import io.outrigger.proxy.http1.Workbench;
import io.outrigger.proxy.loop.NettyLoop;
import io.outrigger.proxy.loop.Reader;
import io.outrigger.proxy.loop.SystemWords;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answers of a collector, of which only the status counts. Confined to one loop.
 *
 * <p>By what answers of upstreams are read by, and not by Netty's codec: that one is used a few times a second, so it
 * would be interpreted for minutes, at a millisecond a batch, which was a quarter of all that traces cost.
 */
final class CollectorAnswers extends Reader {
    /** What becomes of a connection. */
    interface Listener {
        /** @param kept whether the connection may be used again */
        void answered(ChannelHandlerContext context, int status, boolean kept);

        void failed(ChannelHandlerContext context, String why);
    }

    private final Listener listener;

    @SuppressWarnings("NullAway.Init") // set when the handler is added, before anything else happens
    private ChannelHandlerContext context;

    private final HeadBuffer inbox = new HeadBuffer(); // read, but not yet a whole head
    private @Nullable BodyDecoder content; // null while a head is awaited
    private int status; // of the answer whose content is read
    private boolean persistent; // likewise
    private boolean over; // nothing more is expected, whatever comes

    CollectorAnswers(NettyLoop loop, Listener listener) {
        super(loop);
        this.listener = listener;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext its) {
        context = its;
    }

    @Override
    protected void read(ByteBuf bytes) {
        ByteBuf rest = bytes;
        while (rest != null && !over) {
            if (content == null) {
                inbox.add(rest, context.alloc());
                rest = head() ? inbox.take() : null;
            } else {
                rest = content(rest, content);
            }
        }
        if (rest != null) {
            rest.release();
        }
    }

    /** Tells whether a final head was there. */
    private boolean head() {
        for (ResponseScanner scanner; (scanner = Workbench.current().response(inbox, HeadLimits.UPSTREAM)) != null; ) {
            ResponseHead head = scanner.head();
            if (head == null) {
                if (scanner.failure() != null) {
                    fail("a malformed response");
                }
                return false;
            }
            if (head.status() >= 200) {
                begin(head);
                return true;
            }
        }
        return false;
    }

    private void begin(ResponseHead head) {
        status = head.status();
        persistent = head.persistent();
        if (status == 204 || !head.chunked() && head.contentLength() == 0) {
            answered(persistent);
        } else if (head.chunked()) {
            content = BodyDecoder.chunked();
        } else if (head.contentLength() > 0) {
            content = BodyDecoder.length(head.contentLength());
        } else {
            answered(false); // it goes on until the end of the connection
        }
    }

    /** Takes over a buffer, and gives back what is behind the content; null for nothing. */
    private @Nullable ByteBuf content(ByteBuf bytes, BodyDecoder decoder) {
        BodyDecoder.Step step = decoder.decodeOrRelease(bytes);
        bytes.release();
        switch (step) {
            case MORE -> {}
            case BAD -> fail("a malformed response");
            case END -> {
                content = null;
                answered(persistent);
            }
        }
        return decoder.takeRest();
    }

    private void answered(boolean kept) {
        over = !kept;
        listener.answered(context, status, kept);
    }

    private void fail(String why) {
        over = true;
        listener.failed(context, why);
    }

    @Override
    public void channelInactive(ChannelHandlerContext its) {
        inbox.release();
        fail("the connection ended without a response");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext its, Throwable cause) {
        fail(SystemWords.of(cause));
    }
}
