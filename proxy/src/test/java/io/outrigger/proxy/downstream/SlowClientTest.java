package io.outrigger.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import io.outrigger.proxy.fixtures.Message;
import io.outrigger.proxy.fixtures.Peer;
import io.outrigger.proxy.fixtures.Rig;
import io.outrigger.proxy.fixtures.Server;
import io.outrigger.proxy.fixtures.Transport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers that come while the client has not yet taken the one before: more of it than the kernel holds. */
@ParameterizedClass
@EnumSource(Transport.class)
class SlowClientTest {
    private static final int BIG = 8 << 20;
    private static final String BIG_REQUEST = "GET /big HTTP/1.1\r\nhost: a\r\n\r\n";

    private final Rig rig;
    private final Server server;

    SlowClientTest(Transport transport) {
        rig = new Rig(transport).filters(SlowClientTest::big);
        server = rig.server();
    }

    private static Service big(Service upstream) {
        return (exchange, request) -> switch (request.target().toString()) {
            case "/big" -> Reply.of(new Response(200, Headers.NONE, new AllAtOnce()));
            case "/fail" -> Reply.failed(Failure.of(Kind.POOL_FULL, "for the test"));
            default -> upstream.send(exchange, request);
        };
    }

    /** Does as the last piece of a response does: is pushed whole, and ends without asking. */
    private static final class AllAtOnce implements Body {
        @Override
        public long length() {
            return BIG;
        }

        @Override
        public void pushTo(Sink sink) {
            sink.chunk(Unpooled.wrappedBuffer(new byte[BIG]));
            sink.end(Headers.NONE);
        }

        @Override
        public void resume() {}

        @Override
        public void discard(Failure why) {}
    }

    @AfterEach
    void comesToRest() {
        rig.close();
    }

    @Test
    void aFailureWaitsBehindTheAnswerBeforeIt() {
        Peer client = rig.client(4096);
        client.send(BIG_REQUEST + "GET /fail HTTP/1.1\r\nhost: a\r\n\r\n" + BIG_REQUEST);
        assertThat(rig.ended().kind()).isNull();
        assertThat(rig.ended().kind()).isEqualTo(Kind.POOL_FULL);
        assertThat(client.response().body()).hasSize(BIG);
        Message failure = client.response();
        assertThat(failure.status()).isEqualTo(503);
        assertThat(failure.body()).contains("urn:outrigger:problem:pool-full");
        assertThat(client.response().body()).hasSize(BIG);
    }

    @Test
    void aResponseThatIsCutTakesNothingOfTheAnswerBeforeIt() {
        Peer client = rig.client(4096);
        client.send(BIG_REQUEST + "GET /cut HTTP/1.1\r\nhost: a\r\n\r\n");
        Peer upstream = server.accept();
        upstream.request();
        upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf of it")
                .close();
        rig.ended();
        assertThat(client.response().body()).hasSize(BIG);
        assertThat(client.toEnd()).endsWith("half of it");
        assertThat(rig.ended().kind()).isEqualTo(Kind.RESPONSE_CUT);
    }

    @Test
    void theContinueThatAClientWaitsForIsNotLeftOut() {
        Peer client = rig.client(4096);
        client.send(BIG_REQUEST + "POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n");
        Peer upstream = server.accept();
        upstream.head();
        upstream.send("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
        rig.turn();
        assertThat(client.response().body()).hasSize(BIG);
        assertThat(client.head().status()).as("a mere hint was left out").isEqualTo(100);
        client.send("data");
        assertThat(upstream.bytes(4)).isEqualTo("data");
        upstream.send("HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(client.head().status()).isEqualTo(204);
    }
}
