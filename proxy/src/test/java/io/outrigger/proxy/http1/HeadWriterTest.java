package io.outrigger.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Identity;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Target;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.proxy.http1.HeadWriter.Framing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeadWriterTest {
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final Identity THEIRS = Identity.of(1, 2, "me", TRACE);
    private static final byte[] DATE = Heads.bytes("now");

    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final ChannelHandlerContext ctx = channel.pipeline().firstContext();
    private final HeadWriter writer = new HeadWriter();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    /** The buffers that were written, as text. */
    private List<String> written() {
        channel.runPendingTasks(); // which sends what was written in this turn
        List<String> all = new ArrayList<>();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            all.add(out.toString(StandardCharsets.ISO_8859_1));
            out.release();
        }
        return all;
    }

    private String flushed() {
        writer.write(ctx);
        return String.join("|", written());
    }

    private static Exchange exchange(Identity identity) {
        ManualLoop loop = new ManualLoop();
        return new Exchange(loop, loop.nanoTime(), identity);
    }

    private static ByteBuf content(int before, String text, int behind) {
        return Unpooled.buffer(before + text.length() + behind, before + text.length() + behind)
                .setIndex(before, before)
                .writeBytes(Heads.bytes(text));
    }

    @Test
    void onlyTheFirstWriteOfARequestIsTold() {
        ChannelPromise first = ctx.newPromise();
        Request request = Heads.request("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n")
                .request(Body.EMPTY);
        writer.request(exchange(THEIRS), request, "e:1", false, first);
        writer.write(ctx, content(0, "a", 0), false);
        writer.write(ctx, content(0, "b", 0), false);
        assertThat(written()).hasSize(3);
        assertThat(first.isSuccess()).isTrue();
        writer.request(exchange(THEIRS), request, "e:1", false, ctx.newPromise());
        writer.clear();
        writer.interim(103, Headers.NONE);
        assertThat(flushed()).startsWith("HTTP/1.1 103");
    }

    @Test
    void aRequestIsSentOnWithItsLinesAndOurs() {
        Request request = Heads.request("GET /\u00e4?b HTTP/1.1\r\nhOST:  c \r\nKeep-Alive: 1\r\nX:y\r\n\r\n")
                .request(Body.EMPTY);
        writer.request(exchange(THEIRS), request, "e:1", false, ctx.voidPromise());

        assertThat(flushed()).isEqualTo("GET /\u00e4?b HTTP/1.1\r\nhOST:  c \r\nX:y\r\nvia: 1.1 outrigger\r\n\r\n");
    }

    @Test
    void aRequestGetsWhatItLacks() {
        Headers edited = Headers.of("A", "1").plus(HeaderName.of("b"), "2");
        Request request = new Request("POST", Target.of("/"), edited, Body.EMPTY, "websocket", true, (byte) 3, false);
        Exchange exchange = exchange(Identity.of(0x0123456789abcdefL, 2, null, null));
        exchange.deadline(exchange.nanoTime() + 1_999_999, true);
        writer.request(exchange, request, "e:1", true, ctx.voidPromise());

        assertThat(flushed())
                .isEqualTo(Heads.lines(
                        "POST / HTTP/1.1",
                        "A: 1",
                        "b: 2",
                        "host: e:1",
                        "via: 1.1 outrigger",
                        "x-request-id: 0123456789abcdef0000000000000002",
                        "traceparent: 00-0123456789abcdef0000000000000002-0000000000000002-00",
                        "x-request-timeout-ms: 1",
                        "x-outrigger-attempt: 3",
                        "connection: upgrade",
                        "upgrade: websocket",
                        "te: trailers",
                        "connection: te",
                        "transfer-encoding: chunked",
                        ""));
    }

    @Test
    void whatTheClientSaidOfItsTimePassesWhereThereIsNoDeadline() {
        Request request = Heads.request(Heads.get("X-Request-Timeout-Ms: 70")).request(Body.EMPTY);
        writer.request(exchange(THEIRS), request, "e:1", false, ctx.voidPromise());

        assertThat(flushed())
                .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nvia: 1.1 outrigger\r\nx-request-timeout-ms: 70\r\n\r\n");
    }

    @Test
    void aResponseGetsDateViaAndId() {
        Headers headers = Heads.response("HTTP/1.1 200 OK\r\nServer:  x\r\nConnection: close\r\n\r\n")
                .headers();
        writer.response(200, headers, THEIRS, DATE, Framing.CHUNKED, true, false);

        assertThat(flushed())
                .isEqualTo(Heads.lines(
                        "HTTP/1.1 200 OK",
                        "Server:  x",
                        "date: now",
                        "via: 1.1 outrigger",
                        "x-request-id: me",
                        "transfer-encoding: chunked",
                        "connection: close",
                        ""));
    }

    @Test
    void aResponseKeepsItsOwnDate() {
        writer.response(
                299, Headers.of("Date", "then"), Identity.of(1, 2, null, null), DATE, Framing.AS_IT_IS, false, true);

        assertThat(flushed())
                .isEqualTo(Heads.lines(
                        "HTTP/1.1 299 ",
                        "Date: then",
                        "via: 1.1 outrigger",
                        "x-request-id: 00000000000000010000000000000002",
                        "connection: keep-alive",
                        ""));
    }

    @Test
    void anUpgradeAndAnInterimResponseHaveNoDate() {
        writer.response(101, Headers.of("Upgrade", "x"), THEIRS, DATE, Framing.UPGRADED, false, false);
        assertThat(flushed())
                .isEqualTo(Heads.lines(
                        "HTTP/1.1 101 Switching Protocols",
                        "Upgrade: x",
                        "via: 1.1 outrigger",
                        "x-request-id: me",
                        "connection: upgrade",
                        ""));

        writer.interim(103, Headers.of("Link", "y"));
        assertThat(flushed()).isEqualTo("HTTP/1.1 103 Early Hints\r\nLink: y\r\nvia: 1.1 outrigger\r\n\r\n");
    }

    @Test
    void aHeadGoesIntoTheRoomInFrontOfItsContent() {
        writer.interim(100, Headers.NONE);
        ByteBuf content = content(45, "abc", 0);
        writer.write(ctx, content, false);
        channel.runPendingTasks();

        assertThat(channel.<ByteBuf>readOutbound()).isSameAs(content);
        assertThat(content.readerIndex()).isZero();
        assertThat(content.toString(StandardCharsets.ISO_8859_1))
                .isEqualTo("HTTP/1.1 100 Continue\r\nvia: 1.1 outrigger\r\n\r\nabc");
        content.release();
    }

    @Test
    void aHeadWithoutRoomGoesAhead() {
        for (ByteBuf content : List.of(
                content(44, "abc", 0),
                content(100, "abc", 0).slice(),
                content(100, "abc", 0).asReadOnly())) {
            writer.interim(100, Headers.NONE);
            writer.write(ctx, content, false);
            assertThat(written()).containsExactly("HTTP/1.1 100 Continue\r\nvia: 1.1 outrigger\r\n\r\n", "abc");
        }
    }

    @Test
    void aChunkIsFramedInPlaceWhereThereIsRoom() {
        writer.write(ctx, content(3, "a".repeat(10), 2), true);
        assertThat(written()).containsExactly("a\r\n" + "a".repeat(10) + "\r\n");

        writer.write(ctx, content(3, "abc", 1), true);
        assertThat(written()).containsExactly("3\r\nabc", "\r\n");

        writer.write(ctx, content(2, "b".repeat(0x123), 2), true);
        assertThat(written()).containsExactly("123\r\n", "b".repeat(0x123) + "\r\n");
    }

    @Test
    void sizesOfChunksHaveNoDigitTooMany() {
        for (int size : new int[] {1, 15, 16, 255, 256, 4095, 4096, 65535, 65536}) {
            writer.write(ctx, content(9, "c".repeat(size), 2), true);
            assertThat(written()).containsExactly(Integer.toHexString(size) + "\r\n" + "c".repeat(size) + "\r\n");
        }
    }

    @Test
    void theLastChunkCarriesTheTrailers() {
        writer.lastChunk(Headers.of("T", "1", "U", "2"));
        assertThat(flushed()).isEqualTo("0\r\nT: 1\r\nU: 2\r\n\r\n");
        writer.lastChunk(Headers.NONE);
        assertThat(flushed()).isEqualTo("0\r\n\r\n");
    }

    @Test
    void whatIsForgottenIsNotWritten() {
        writer.interim(100, Headers.NONE);
        writer.clear();
        assertThat(flushed()).isEmpty();
    }

    @Test
    void aHeadMayBeLong() {
        Headers headers = Headers.of("X", "x".repeat(100_000));
        writer.interim(103, headers);
        assertThat(flushed()).hasSize(100_000 + 53).endsWith("xx\r\nvia: 1.1 outrigger\r\n\r\n");
    }

    @Test
    void aSampledRequestNamesTheSpanOfItsAttemptInsteadOfTheClients() {
        Identity sampled = THEIRS.sampled(true);
        Headers headers = Headers.of("host", "a", "TraceParent", TRACE, "tracestate", "a=1");
        Request request = new Request("GET", Target.of("/"), headers, Body.EMPTY);
        writer.request(exchange(sampled), request, "a", false, channel.newPromise());
        assertThat(flushed())
                .contains("tracestate: a=1")
                .contains("traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-" + sampled.attemptSpanId(1) + "-01\r\n")
                .doesNotContain("00f067aa0ba902b7");
    }

    @Test
    void aSampledRequestWhoseTraceDoesNotPropagateKeepsWhatTheClientSaid() {
        Request request = new Request("GET", Target.of("/"), Headers.of("traceparent", TRACE), Body.EMPTY);
        writer.request(exchange(THEIRS.sampled(false)), request, "a", false, channel.newPromise());
        assertThat(flushed()).containsOnlyOnce("traceparent").contains(TRACE);
    }
}
