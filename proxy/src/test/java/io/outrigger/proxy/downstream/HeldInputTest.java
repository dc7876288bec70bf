package io.outrigger.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Tunnel;
import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.RecordingSink;
import io.outrigger.proxy.http1.HeadLimits;
import io.outrigger.proxy.loop.EmbeddedLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a client has sent while nobody wanted it. Reading is switched off then, but the kernel's news of an end or of an
 * error bring further buffers all the same.
 */
class HeldInputTest {
    private static final long LONG = 1_000_000_000_000L;
    private static final String POST = "POST /one HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\n";

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Chunks chunks = new Chunks();
    private final List<Request> requests = new ArrayList<>();
    private final List<Reply> replies = new ArrayList<>();

    HeldInputTest() {
        Entrance entrance = new Entrance() {
            @Override
            public Reply send(Exchange exchange, Request request) {
                requests.add(request);
                Reply reply = new Reply(why -> request.body().discard(why));
                replies.add(reply);
                return reply;
            }

            @Override
            public void refused(Exchange exchange, String method, Failure why) {}

            @Override
            public boolean draining() {
                return false;
            }
        };
        ClientLimits limits = new ClientLimits(new HeadLimits(1000, 10, 100), LONG, LONG, LONG);
        channel.pipeline().addLast(new ServerConnection(entrance, () -> limits, EmbeddedLoop.of(channel)));
    }

    @AfterEach
    void nothingIsHeldAtTheEnd() {
        channel.finishAndReleaseAll();
        assertThat(chunks.held()).isZero();
    }

    @Test
    void isPushedInOrderWhenItIsWanted() {
        read(POST + "a");
        assertThat(reading()).as("nobody wants it yet").isFalse();
        read("b");
        read("c");
        RecordingSink sink = RecordingSink.reading(body());
        read("d");
        read("e");
        assertThat(sink.chunks()).containsExactly("a", "b", "c", "d", "e");
        assertThat(sink.ended()).isTrue();
    }

    @Test
    void whatComesBehindABodyIsTheNextRequestHoweverItWasCut() {
        read(POST + "a");
        RecordingSink sink = new RecordingSink(1);
        body().pushTo(sink);
        read("bcd");
        read("ePOST /two HTTP/1.1\r\nho");
        read("st: a\r\ncontent-length: 1\r\n\r");
        read("\nx");
        assertThat(sink.text()).isEqualTo("a");
        assertThat(reading()).isFalse();

        sink.demand(100);
        body().resume();
        assertThat(sink.text()).isEqualTo("abcde");
        assertThat(sink.ended()).isTrue();
        answerLast();
        assertThat(requests).hasSize(2);
        assertThat(requests.get(1).target()).hasToString("/two");
        assertThat(RecordingSink.reading(body()).text()).isEqualTo("x");
    }

    @Test
    void aDiscardedBodyIsReadToItsEndForTheNextRequest() {
        read(POST + "a");
        read("bc");
        read("deGET /two HTTP/1.1\r\nhos");
        read("t: a\r\n\r\n");
        replies.getFirst().fail(Failure.of(Failure.Kind.NO_ENDPOINT, "none"));
        assertThat(requests).hasSize(2);
        assertThat(requests.get(1).target()).hasToString("/two");
    }

    @Test
    void aDiscardedBodyIsReadAlthoughItsReaderCouldTakeNoMore() {
        read(POST + "a");
        body().pushTo(new RecordingSink(1));
        assertThat(reading()).isFalse();
        body().discard(Failure.of(Failure.Kind.RESET, "not wanted"));
        read("bc");
        assertThat(reading()).isTrue();
    }

    @Test
    void whatFollowsAMalformedBodyIsDropped() {
        read("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\n");
        RecordingSink sink = new RecordingSink(1);
        body().pushTo(sink);
        read("a\r\nzzz");
        assertThat(sink.failure().kind()).isEqualTo(Failure.Kind.BAD_BODY);
        read("more");
        read("and more");
        assertThat(requests).hasSize(1);
    }

    @Test
    void whoRefusesTheLastPieceAnswersBeforeTheNextRequestIsRead() {
        read(POST);
        body().pushTo(new Refusal());
        read("abcdeGET /two HTTP/1.1\r\nhost: a\r\n\r\n");
        assertThat(requests).as("it does not wait for more to come").hasSize(2);
        assertThat(requests.get(1).target()).hasToString("/two");
        assertThat(reading()).isTrue();
    }

    @Test
    void whoRefusesAPieceBeforeNonsenseEndsTheConnection() {
        read("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
        body().pushTo(new Refusal());
        read("1\r\na\r\nzzz");
        read("GET /two HTTP/1.1\r\nhost: a\r\n\r\n");
        assertThat(requests).as("nobody knows where a request begins").hasSize(1);
        ByteBuf answer = channel.readOutbound();
        assertThat(answer.toString(StandardCharsets.ISO_8859_1)).contains("connection: close\r\n");
        answer.release();
    }

    /** Takes no piece, says that it cannot take more, and refuses the request. */
    private final class Refusal implements Body.Sink {
        @Override
        public boolean chunk(ByteBuf bytes) {
            bytes.release();
            replies.getLast().fail(Failure.of(Failure.Kind.KEY_BODY_TOO_LARGE, "none is taken"));
            return false;
        }

        @Override
        public void end(Headers trailers) {}

        @Override
        public void fail(Failure why) {}
    }

    @Test
    void aClientThatIsGoneLeavesNothingBehind() {
        read(POST + "a");
        read("bc");
        RecordingSink sink = new RecordingSink(1);
        body().pushTo(sink);
        read("d");
        channel.close();
        assertThat(sink.text()).isEqualTo("a");
        assertThat(replies.getFirst().ended()).isTrue();
    }

    @Test
    void aClientThatIsGoneLeavesNoOtherRequestBehind() {
        read(POST + "a");
        read("bcdePOST /two HTTP/1.1\r\n");
        channel.close();
        assertThat(replies.getFirst().ended()).isTrue();
        assertThat(requests).hasSize(1);
    }

    @Test
    void theLastWordsInATunnelAreHeardBeforeItsEnd() {
        RecordingSink server = new RecordingSink(1);
        read("GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\nearly");
        replies.getFirst().answer(new Response(101, Headers.of("upgrade", "echo"), new TunnelTo(server)));
        read("late");
        read("last");
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        assertThat(server.text()).isEqualTo("early");
        assertThat(server.ended()).isFalse();

        server.demand(100);
        TunnelTo.client.resume();
        assertThat(server.text()).isEqualTo("earlylatelast");
        assertThat(server.ended()).isTrue();
    }

    /** A tunnel whose server says nothing. */
    private record TunnelTo(RecordingSink server) implements Tunnel {
        private static Body client; // who sends into it

        @Override
        public void send(Body from) {
            client = from;
            from.pushTo(server);
        }

        @Override
        public long length() {
            return -1;
        }

        @Override
        public void pushTo(Sink sink) {}

        @Override
        public void resume() {}

        @Override
        public void discard(Failure why) {}
    }

    private void read(String text) {
        channel.pipeline().fireChannelRead(chunks.of(text)); // whether it is to be read or not
    }

    private boolean reading() {
        return channel.config().isAutoRead();
    }

    private Body body() {
        return requests.getLast().body();
    }

    private void answerLast() {
        Reply last = replies.getLast();
        last.answer(new Response(204, Headers.NONE, Body.EMPTY));
        last.complete();
    }
}
