package io.outrigger.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.outrigger.config.PoolConfig;
import io.outrigger.exchange.Answer;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Tunnel;
import io.outrigger.filter.observe.Meters;
import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.PushedBody;
import io.outrigger.fixtures.RecordingSink;
import io.outrigger.metrics.Metrics;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.loop.EmbeddedLoop;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.loop.NettyLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a server has sent while nobody wanted it. Reading is switched off then, but the kernel's news of an end or of an
 * error bring further buffers all the same.
 */
class HeldResponseTest {
    private static final String HEAD = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n";

    private final Loops loops = new Loops(1, false);
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final NettyLoop loop = EmbeddedLoop.of(channel);
    private final Chunks chunks = new Chunks();
    private final Endpoint endpoint =
            new Endpoint(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1), "a:1", 1, Optional.empty());
    private final Meters meters = new Meters(new Metrics(1));
    private final Pool pool = new Pool(
            "u", PoolConfig.defaults(), meters.upstream("u"), loops, new Connector(loops, Duration.ofSeconds(1), null));
    private final LoopPool part = new LoopPool(pool, loop, new Connector(loops, Duration.ofSeconds(1), null));
    private final ClientConnection connection = new ClientConnection(part, endpoint, loop);
    private final List<Answer> answers = new ArrayList<>();
    private Call call;

    HeldResponseTest() {
        pool.tryOpen();
        meters.upstream("u").connected(0);
        channel.pipeline().addLast(connection);
    }

    @AfterEach
    void nothingIsHeldAtTheEnd() {
        channel.finishAndReleaseAll();
        assertThat(chunks.held()).isZero();
        assertThat(endpoint.inFlight()).isZero();
        assertThat(Places.takeAll(pool)).isEqualTo(PoolConfig.defaults().maxConnections());
        loops.close();
    }

    @Test
    void isPushedInOrderWhenItIsWanted() {
        begin(Exchanges.get());
        read(HEAD + "a");
        assertThat(channel.config().isAutoRead()).as("nobody wants it yet").isFalse();
        read("b");
        read("c");
        RecordingSink sink = RecordingSink.reading(response().body());
        read("d");
        read("e");
        assertThat(sink.chunks()).containsExactly("a", "b", "c", "d", "e");
        assertThat(sink.ended()).isTrue();
        assertThat(connection.tenure().idle()).isTrue();
    }

    @Test
    void whatBelongsToNoResponseEndsTheConnectionWhicheverBufferItIsIn() {
        begin(Exchanges.get());
        RecordingSink sink = new RecordingSink(1);
        read(HEAD + "a");
        response().body().pushTo(sink);
        read("bc");
        read("de");
        read("HTTP/1.1 200 OK\r\n");
        read("content-length: 0\r\n\r\n");
        sink.demand(100);
        response().body().resume();
        assertThat(sink.text()).isEqualTo("abcde");
        assertThat(sink.ended()).isTrue();
        assertThat(call.attempt().failure()).isNull();
        assertThat(connection.tenure().idle()).isFalse();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void anUnwantedResponseIsDroppedWithAllThatIsThereWhenItIsLong() {
        begin(Exchanges.get());
        read("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n");
        for (int i = 0; i < 5; i++) {
            read("x".repeat(40_000));
        }
        response().body().discard(Failure.of(Failure.Kind.CLIENT_GONE, "not wanted"));
        assertThat(channel.isOpen()).isFalse();
        assertThat(call.attempt().failure()).isNull();
    }

    @Test
    void anUnwantedResponseIsReadAlthoughItsReaderCouldTakeNoMore() {
        begin(Exchanges.get());
        read(HEAD + "a");
        response().body().pushTo(new RecordingSink(1));
        assertThat(channel.config().isAutoRead()).isFalse();
        response().body().discard(Failure.of(Failure.Kind.CLIENT_GONE, "not wanted"));
        read("bc");
        assertThat(channel.config().isAutoRead())
                .as("its connection waits for nobody")
                .isTrue();
        read("de");
        assertThat(connection.tenure().idle()).isTrue();
    }

    @Test
    void anUnwantedResponseThatMakesNoSenseIsDroppedToo() {
        begin(Exchanges.get());
        read("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nz");
        read("zz");
        read("0\r\n\r\n");
        response().body().discard(Failure.of(Failure.Kind.CLIENT_GONE, "not wanted"));
        assertThat(channel.isOpen()).isFalse();
        assertThat(call.attempt().failure()).isNull();
    }

    @Test
    void whatAConnectionBroughtBeforeItsEndIsReadAfterIt() {
        begin(Exchanges.get());
        read("HTTP/1.1 200 OK\r\n\r\nall ");
        read("of ");
        channel.close();
        RecordingSink sink = RecordingSink.reading(response().body());
        assertThat(sink.text()).isEqualTo("all of ");
        assertThat(sink.ended()).isTrue();
    }

    @Test
    void aCutIsToldBehindWhatCameBeforeIt() {
        begin(Exchanges.get());
        read(HEAD + "ab");
        read("c");
        channel.close();
        RecordingSink sink = RecordingSink.reading(response().body());
        assertThat(sink.text()).isEqualTo("abc");
        assertThat(sink.failure().kind()).isEqualTo(Failure.Kind.RESPONSE_CUT);
        assertThat(call.reply().ended()).isTrue();
    }

    @Test
    void theLastWordsInATunnelAreHeardBeforeItsEnd() {
        Request request = new Request(
                "GET",
                Exchanges.get().target(),
                Headers.of("host", "a"),
                Exchanges.get().body(),
                "echo",
                false,
                Request.FIRST,
                false);
        begin(request);
        RecordingSink client = new RecordingSink(1);
        read("HTTP/1.1 101 Switching\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\nearly");
        response().body().pushTo(client);
        PushedBody fromClient = new PushedBody(chunks);
        ((Tunnel) response().body()).send(fromClient);
        read("late");
        read("last");
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        assertThat(client.text()).isEqualTo("early");
        assertThat(client.ended()).isFalse();

        client.demand(100);
        response().body().resume();
        assertThat(client.text()).isEqualTo("earlylatelast");
        assertThat(client.ended()).isTrue();
        assertThat(call.over()).as("the client may go on").isFalse();
        fromClient.push("more").end();
        assertThat(call.over()).isTrue();
    }

    private void begin(Request request) {
        Exchange exchange = Exchanges.on(loop);
        call = new Call(
                exchange,
                request,
                endpoint,
                new CallTerms(meters.attempts("r", "u"), Duration.ofHours(1).toNanos()));
        call.reply().onAnswer(answers::add);
        connection.begin(call);
        channel.runPendingTasks(); // which sends what was written
    }

    private Response response() {
        return (Response) answers.getFirst();
    }

    private void read(String text) {
        channel.pipeline().fireChannelRead(chunks.of(text)); // whether it is to be read or not
    }
}
