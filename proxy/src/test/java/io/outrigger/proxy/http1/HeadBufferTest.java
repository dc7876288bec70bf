package io.outrigger.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.outrigger.proxy.loop.ReadBuffers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeadBufferTest {
    private final HeadBuffer buffer = new HeadBuffer();
    private final Workbench bench = new Workbench(InstantSource.fixed(Instant.EPOCH));

    @AfterEach
    void release() {
        buffer.release();
    }

    private void add(String text) {
        buffer.add(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1), UnpooledByteBufAllocator.DEFAULT);
    }

    private RequestScanner scanned() {
        return Objects.requireNonNull(bench.request(buffer, Heads.LIMITS), "nothing new");
    }

    @Test
    void aHeadInDropsIsLookedAtOncePerLine() {
        int looks = 0;
        for (char c : Heads.get("X: 1").toCharArray()) {
            add(String.valueOf(c));
            looks += bench.request(buffer, Heads.LIMITS) == null ? 0 : 1;
        }
        assertThat(looks).isEqualTo(5); // the first byte, and four line ends
        assertThat(buffer.isEmpty()).isTrue();
    }

    @Test
    void aLongLineIsLookedAtAgainForItsLimits() {
        add("GET /");
        assertThat(Heads.incomplete(scanned())).isTrue();
        add("a".repeat(1023));
        assertThat(bench.request(buffer, Heads.LIMITS)).isNull();
        add("a");
        assertThat(Heads.incomplete(scanned())).isTrue();
    }

    @Test
    void aLongHeadInOnePieceIsReadAtOnce() {
        add(Heads.get("X: " + "x".repeat(5000)) + "rest");
        assertThat(scanned().head()).isNotNull();
        assertThat(buffer.size()).isEqualTo(4);
    }

    @Test
    void whatStandsBehindAHeadIsNotCopied() {
        add(Heads.get("X: 1") + "b".repeat(100_000));
        assertThat(scanned().head()).isNotNull();
        assertThat(bench.scratch(0)).hasSizeLessThanOrEqualTo(4096);
    }

    @Test
    void emptyLinesInFrontAreDropped() {
        add("\r\n\r\n\r");
        assertThat(bench.request(buffer, Heads.LIMITS)).isNull();
        add("\n");
        assertThat(bench.request(buffer, Heads.LIMITS)).isNull();
        assertThat(buffer.isEmpty()).isTrue();
        add("\r\n" + Heads.get());
        assertThat(Heads.head(scanned()).method()).isEqualTo("GET");
    }

    @Test
    void aResponseHasNoEmptyLinesInFront() {
        add("\r\nHTTP/1.1 200 OK\r\n\r\n");
        assertThat(Heads.failure(Objects.requireNonNull(bench.response(buffer, HeadLimits.UPSTREAM)))
                        .detail())
                .isEqualTo("malformed status line");
    }

    @Test
    void headsInOneBufferFollowEachOther() {
        add(Heads.get() + Heads.get("X: 2") + "GE");
        assertThat(Heads.sentOn(Heads.head(scanned()).headers())).containsExactly("Host=a");
        assertThat(Heads.sentOn(Heads.head(scanned()).headers())).containsExactly("Host=a", "X=2");
        assertThat(Heads.incomplete(scanned())).isTrue();
        assertThat(buffer.size()).isEqualTo(2);
    }

    @Test
    void whatIsLeftHasRoomInFront() {
        add("HTTP/1.1 200 OK\r\n");
        assertThat(bench.response(buffer, HeadLimits.UPSTREAM)).isNotNull();
        add("X: " + "x".repeat(5000) + "\r\n\r\nbody");
        assertThat(Heads.head(Objects.requireNonNull(bench.response(buffer, HeadLimits.UPSTREAM)))
                        .status())
                .isEqualTo(200);

        ByteBuf rest = Objects.requireNonNull(buffer.take());
        assertThat(rest.toString(StandardCharsets.ISO_8859_1)).isEqualTo("body");
        assertThat(rest.readerIndex()).isGreaterThanOrEqualTo(ReadBuffers.ROOM);
        rest.release();
        assertThat(buffer.isEmpty()).isTrue();
        assertThat(buffer.take()).isNull();
        assertThat(buffer.size()).isZero();
    }

    @Test
    void buffersThatWereTakenOverAreReleased() {
        ByteBuf first = Unpooled.copiedBuffer("a", StandardCharsets.ISO_8859_1);
        ByteBuf second = Unpooled.copiedBuffer("b".repeat(500), StandardCharsets.ISO_8859_1);
        buffer.add(first, UnpooledByteBufAllocator.DEFAULT);
        buffer.add(second, UnpooledByteBufAllocator.DEFAULT);
        buffer.release();

        assertThat(first.refCnt()).isZero();
        assertThat(second.refCnt()).isZero();
    }
}
