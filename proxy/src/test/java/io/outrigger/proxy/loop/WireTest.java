package io.outrigger.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

final class WireTest {
    @Test
    void aBugThatClosesAConnectionIsTold() {
        IllegalStateException bug = new IllegalStateException("a bug");
        assertThat(toldAfter(bug)).singleElement().satisfies(record -> {
            assertThat(record.getMessage()).contains("closed by a bug");
            assertThat(record.getThrown()).isSameAs(bug);
        });
    }

    @Test
    void aConnectionThatBreaksIsNoNews() {
        assertThat(toldAfter(new IOException("connection reset"))).isEmpty();
    }

    private static List<LogRecord> toldAfter(Throwable cause) {
        List<LogRecord> told = new ArrayList<>();
        Handler listener = new Handler() {
            @Override
            public void publish(LogRecord record) {
                told.add(record);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(Wire.class.getName());
        logger.addHandler(listener);
        logger.setUseParentHandlers(false);
        try {
            EmbeddedChannel channel = new EmbeddedChannel(new Closing(cause));
            channel.pipeline().fireUserEventTriggered("close");
            assertThat(channel.isOpen()).isFalse();
        } finally {
            logger.setUseParentHandlers(true);
            logger.removeHandler(listener);
        }
        return told;
    }

    private static final class Closing extends ChannelInboundHandlerAdapter {
        private final Throwable cause;

        Closing(Throwable cause) {
            this.cause = cause;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            new Wire(context).close(cause);
        }
    }
}
