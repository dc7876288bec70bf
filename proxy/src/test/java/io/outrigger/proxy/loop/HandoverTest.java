package io.outrigger.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Delivery;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A connection that carries one request after the other. */
class HandoverTest {
    private Throwable told; // what the handlers were told of
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter() {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            told = cause;
        }
    });
    private final ChannelHandlerContext ctx = channel.pipeline().firstContext();
    private final Handover handover = new Handover(ctx);
    private final Attempt attempt = new Attempt("endpoint", 0);

    @BeforeEach
    void aRequestIsAboutToBeWritten() {
        handover.await(attempt);
        assertThat(handover.awaited()).isTrue();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void whatIsWrittenIsHandedOverOnceItIsFlushed() {
        ctx.write(Unpooled.wrappedBuffer(new byte[3]), handover);
        assertThat(attempt.delivery()).isEqualTo(Delivery.NOT_SENT);
        ctx.flush();
        assertThat(attempt.delivery()).isEqualTo(Delivery.UNKNOWN);
        assertThat(handover.awaited()).isFalse();
    }

    @Test
    void onePartOfAWriteIsEnough() {
        handover.tryProgress(1, 3);
        assertThat(attempt.delivery()).isEqualTo(Delivery.UNKNOWN);
        handover.tryFailure(new IOException("by the test"));
        assertThat(attempt.delivery()).isEqualTo(Delivery.UNKNOWN);
    }

    @Test
    void aWriteThatFailsAtOnceHasHandedNothingOver() {
        IOException broken = new IOException("by the test");
        handover.tryFailure(broken);
        assertThat(attempt.delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(handover.awaited()).isTrue();
        assertThat(told).isSameAs(broken);
    }

    @Test
    void servesForOneRequestAfterTheOther() {
        for (int i = 0; i < 3; i++) {
            Attempt next = new Attempt("endpoint", 0);
            handover.await(next);
            ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[3]), handover);
            assertThat(next.delivery()).isEqualTo(Delivery.UNKNOWN);
        }
        assertThat(attempt.delivery()).isEqualTo(Delivery.NOT_SENT);
    }
}
