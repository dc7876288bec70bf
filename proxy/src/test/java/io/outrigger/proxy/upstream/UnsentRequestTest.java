package io.outrigger.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.outrigger.config.PoolConfig;
import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.filter.observe.Meters;
import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.metrics.Metrics;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.loop.EmbeddedLoop;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.loop.NettyLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A request that was written, and whose first byte is sent at the end of this turn of the loop, unless something happens. */
class UnsentRequestTest {
    private final Loops loops = new Loops(1, false);
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final NettyLoop loop = EmbeddedLoop.of(channel);
    private final Chunks chunks = new Chunks();
    private final Endpoint endpoint =
            new Endpoint(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1), "a:1", 1, Optional.empty());
    private final Meters meters = new Meters(new Metrics(1));
    private final Connector connector = new Connector(loops, Duration.ofSeconds(1), null);
    private final Pool pool = new Pool("u", PoolConfig.defaults(), meters.upstream("u"), loops, connector);
    private final ClientConnection connection =
            new ClientConnection(new LoopPool(pool, loop, connector), endpoint, loop);
    private final Exchange exchange = Exchanges.on(loop);
    private final Call call = new Call(
            exchange,
            Exchanges.get(),
            endpoint,
            new CallTerms(meters.attempts("r", "u"), Duration.ofHours(1).toNanos()));

    UnsentRequestTest() {
        pool.tryOpen();
        meters.upstream("u").connected(0);
        channel.pipeline().addLast(connection);
    }

    @AfterEach
    void nothingIsHeldAtTheEnd() {
        channel.finishAndReleaseAll();
        assertThat(chunks.held()).isZero();
        assertThat(endpoint.inFlight()).isZero();
        loops.close();
    }

    @Test
    void isOnItsWayOnceTheTurnIsOver() {
        connection.begin(call);
        assertThat(exchange.delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(sent()).isTrue();
        assertThat(exchange.delivery()).isEqualTo(Delivery.UNKNOWN);
        channel.pipeline().close(); // and not by the channel, which ends its turn first
        assertEndedBy(Kind.RESET, Delivery.UNKNOWN, "127.0.0.1:1 ended the connection without a response");
    }

    @Test
    void wasNotSentWhereTheConnectionEndsFirst() {
        connection.begin(call);
        channel.pipeline().close(); // and not by the channel, which ends its turn first
        assertEndedBy(Kind.RESET, Delivery.NOT_SENT, "127.0.0.1:1 ended the connection before a byte was sent");
        assertThat(sent()).isFalse();
    }

    @Test
    void wasNotSentWhereAReusedConnectionEndsFirst() {
        connection.tenure().served();
        connection.begin(call);
        channel.pipeline().close(); // and not by the channel, which ends its turn first
        assertEndedBy(
                Kind.STALE_CONNECTION,
                Delivery.NOT_SENT,
                "the reused connection to 127.0.0.1:1 ended before a byte was sent");
    }

    @Test
    void isNotAnsweredByWhatWasSaidBefore() {
        connection.begin(call);
        channel.writeInbound(chunks.of("HTTP/1.1 408 Too Late\r\ncontent-length: 0\r\n\r\n"));
        assertEndedBy(Kind.BAD_RESPONSE, Delivery.NOT_SENT, "127.0.0.1:1 said something before a byte was sent");
        assertThat(sent()).isFalse();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void isNotAnsweredByWhatAnIdleConnectionSaid() {
        connection.tenure().served();
        connection.begin(call);
        channel.writeInbound(chunks.of("HTTP/1.1 408 Too Late\r\ncontent-length: 0\r\n\r\n"));
        assertEndedBy(Kind.STALE_CONNECTION, Delivery.NOT_SENT, "127.0.0.1:1 said something before a byte was sent");
        assertThat(sent()).isFalse();
    }

    /** What everyone was told is that it was not sent: then it must not be. */
    @Test
    void isNotSentAnyMoreOnceItIsGivenUp() {
        connection.begin(call);
        call.reply().fail(Failure.of(Kind.CLIENT_GONE, "by the test"));
        assertThat(sent()).isFalse();
        assertThat(exchange.delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(channel.isOpen()).isFalse();
    }

    private void assertEndedBy(Kind kind, Delivery delivery, String detail) {
        call.reply().onEnd(outcome -> {
            assertThat(outcome.failure().kind()).isEqualTo(kind);
            assertThat(outcome.failure().delivery()).isEqualTo(delivery);
            assertThat(outcome.failure().detail()).isEqualTo(detail);
        });
        assertThat(call.over()).isTrue();
        assertThat(exchange.delivery()).isEqualTo(delivery);
    }

    /** Whether a byte is sent by the end of the turn. */
    private boolean sent() {
        channel.runPendingTasks();
        boolean any = false;
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            any = true;
            out.release();
        }
        return any;
    }
}
