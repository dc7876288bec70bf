package io.outrigger.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlushesTest {
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final ChannelHandlerContext ctx = channel.pipeline().firstContext();
    private final Flushes flushes = new Flushes();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void write(int bytes) {
        ctx.write(Unpooled.wrappedBuffer(new byte[bytes]));
        flushes.later(ctx, bytes);
    }

    /** Does the work as one turn of the loop. */
    private void inOneTurn(Runnable work) {
        channel.eventLoop().execute(work);
        channel.runPendingTasks();
    }

    private List<Integer> sent() {
        List<Integer> sizes = new ArrayList<>();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            sizes.add(out.readableBytes());
            out.release();
        }
        return sizes;
    }

    @Test
    void whatIsSmallIsSentAtTheEndOfTheTurn() {
        List<Integer> within = new ArrayList<>();
        inOneTurn(() -> {
            write(10);
            within.addAll(sent());
        });
        assertThat(within).isEmpty();
        assertThat(sent()).containsExactly(10);
    }

    @Test
    void eachTurnSendsWhatWasWrittenInIt() {
        inOneTurn(() -> write(10));
        inOneTurn(() -> write(20));
        assertThat(sent()).containsExactly(10, 20);
    }

    @Test
    void whatIsLargeIsSentAtOnceWithWhatWaitsBeforeIt() {
        List<Integer> within = new ArrayList<>();
        inOneTurn(() -> {
            write(10);
            write(8 * 1024);
            within.addAll(sent());
        });
        assertThat(within).containsExactly(10, 8 * 1024);
    }

    @Test
    void aConnectionThatIsGoneDoesNotKeepTheOthersWaiting() {
        EmbeddedChannel gone = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
        ChannelHandlerContext its = gone.pipeline().firstContext();
        inOneTurn(() -> {
            its.write(Unpooled.wrappedBuffer(new byte[5]));
            flushes.later(its, 5);
            gone.close();
            write(10);
        });
        gone.runPendingTasks(); // where the row was begun
        assertThat(sent()).containsExactly(10);
    }
}
