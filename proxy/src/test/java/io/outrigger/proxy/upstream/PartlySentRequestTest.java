package io.outrigger.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import io.outrigger.config.PoolConfig;
import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Exchange;
import io.outrigger.filter.observe.Meters;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.metrics.Metrics;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.fixtures.Pki;
import io.outrigger.proxy.loop.EmbeddedLoop;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.loop.NettyLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A request of which the kernel takes some bytes, or none, before the connection fails. */
class PartlySentRequestTest {
    private final Loops loops = new Loops(1, false);
    private final Reluctant channel = new Reluctant();
    private final Endpoint endpoint =
            new Endpoint(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1), "a:1", 1, Optional.empty());

    @TempDir
    Path folder;

    /** A channel whose kernel takes only so much of what is to be sent next. */
    private static final class Reluctant extends EmbeddedChannel {
        private int room = Integer.MAX_VALUE;

        @Override
        protected void doWrite(ChannelOutboundBuffer waiting) throws Exception {
            if (room == Integer.MAX_VALUE) {
                super.doWrite(waiting);
            } else if (room > 0) {
                assertThat(((ByteBuf) waiting.current()).readableBytes()).isGreaterThan(room);
                waiting.removeBytes(room);
                room = 0;
            }
        }
    }

    @AfterEach
    void comesToRest() {
        channel.finishAndReleaseAll();
        assertThat(endpoint.inFlight()).isZero();
        loops.close();
    }

    @ParameterizedTest
    @CsvSource({"false, 0, NOT_SENT", "false, 1, UNKNOWN", "true, 0, NOT_SENT", "true, 1, UNKNOWN", "true, 6, UNKNOWN"})
    void mayHaveBeenReadOnceAByteOfItWasTaken(boolean tls, int taken, Delivery delivery) throws Exception {
        if (tls) {
            shakeHands();
        }
        NettyLoop loop = EmbeddedLoop.of(channel);
        Meters meters = new Meters(new Metrics(1));
        Connector connector = new Connector(loops, Duration.ofSeconds(1), null);
        Pool pool = new Pool("u", PoolConfig.defaults(), meters.upstream("u"), loops, connector);
        ClientConnection connection = new ClientConnection(new LoopPool(pool, loop, connector), endpoint, loop);
        Exchange exchange = Exchanges.on(loop);
        Duration idle = Duration.ofHours(1);
        Call call =
                new Call(exchange, Exchanges.get(), endpoint, new CallTerms(meters.attempts("r", "u"), idle.toNanos()));
        pool.tryOpen();
        meters.upstream("u").connected(0);
        channel.pipeline().addLast(connection);

        channel.room = taken;
        connection.begin(call);
        channel.runPendingTasks();
        assertThat(exchange.delivery()).isEqualTo(delivery);
        channel.unsafe().close(channel.voidPromise());
        channel.runPendingTasks();
        call.reply().onEnd(outcome -> assertThat(outcome.failure().delivery()).isEqualTo(delivery));
        assertThat(call.over()).isTrue();
    }

    private void shakeHands() throws Exception {
        Pki pki = new Pki(folder, "authority");
        SSLEngine client = pki.context(null).createSSLEngine();
        client.setUseClientMode(true);
        SSLEngine server = pki.context(pki.issue("a")).createSSLEngine();
        server.setUseClientMode(false);
        EmbeddedChannel peer = new EmbeddedChannel(new SslHandler(server));
        SslHandler handler = new SslHandler(client);
        channel.pipeline().addLast(handler);
        while (!handler.handshakeFuture().isDone()) {
            pass(channel, peer);
            pass(peer, channel);
        }
        pass(channel, peer);
        pass(peer, channel); // with the session tickets
        assertThat(handler.handshakeFuture().isSuccess()).isTrue();
        peer.finishAndReleaseAll();
    }

    private static void pass(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            to.writeInbound(bytes);
        }
    }
}
