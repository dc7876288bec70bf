package io.outrigger.proxy.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Stands behind the handler that decrypts, and tells the connection of its end as it would come without TLS: a
 * close_notify is an end in order, a connection that ends without one is broken (RFC 8446 §6.1), so that what has no
 * length of its own is not taken for complete. Confined to one loop.
 */
final class TlsEnd extends ChannelInboundHandlerAdapter {
    private static final long REST_SECONDS = 5; // for the other side of a tunnel, when this one is over

    private boolean begun; // the handshake is over; if that fails, those who wait for it know why
    private @Nullable Future<?> rest; // null until the peer has ended its side of a tunnel

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            begun = handshake.isSuccess();
        } else if (event instanceof SslCloseCompletionEvent end) {
            end(context, end.isSuccess());
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    private void end(ChannelHandlerContext context, boolean inOrder) {
        if (!begun) {
            context.close();
        } else if (!inOrder) {
            context.fireExceptionCaught(new IOException("the connection ended without a close_notify"));
        } else if (context.channel().config().getOption(ChannelOption.ALLOW_HALF_CLOSURE)) {
            // a tunnel: what the peer has said passes on, but BoringSSL lets nothing be said to it any more
            context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            rest = context.executor().schedule(() -> context.close(), REST_SECONDS, TimeUnit.SECONDS);
        } else {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
        if (!begun) {
            context.close();
            return;
        }
        Throwable cause = thrown instanceof DecoderException && thrown.getCause() != null ? thrown.getCause() : thrown;
        HandshakeFailure alert = cause instanceof SSLException
                ? HandshakeFailure.ofLateAlert(
                        String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT))
                : null;
        context.fireExceptionCaught(alert == null ? cause : new TlsAlert(alert, cause));
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (rest != null) {
            rest.cancel(false);
        }
    }
}
