package io.outrigger.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.exchange.Headers;
import io.outrigger.proxy.http1.BodyDecoder.Step;
import io.outrigger.proxy.loop.ReadBuffers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyDecoderTest {
    private static final String TWO_CHUNKS = "3;a=\"b\"\r\nabc\r\n00A \t;x\r\n0123456789\r\n0\r\nT: 1\r\n\r\n";

    /** What decoding these pieces came to: the content of all, then the step of the last. */
    private record Decoded(String content, Step step, String rest, Headers trailers, String problem) {}

    private static Decoded decode(BodyDecoder decoder, String... pieces) {
        StringBuilder content = new StringBuilder();
        Step step = Step.MORE;
        for (String piece : pieces) {
            assertThat(step).isEqualTo(Step.MORE);
            ByteBuf in = Unpooled.copiedBuffer(piece, StandardCharsets.ISO_8859_1);
            step = decoder.decode(in);
            content.append(in.toString(StandardCharsets.ISO_8859_1));
            in.release();
        }
        ByteBuf rest = decoder.takeRest();
        String behind = "";
        if (rest != null) {
            assertThat(rest.readerIndex()).isEqualTo(ReadBuffers.ROOM);
            behind = rest.toString(StandardCharsets.ISO_8859_1);
            rest.release();
        }
        return new Decoded(content.toString(), step, behind, decoder.trailers(), decoder.problem());
    }

    @Test
    void aBodyOfKnownLengthEndsThereAndKeepsTheRest() {
        BodyDecoder decoder = BodyDecoder.length(5);
        Decoded decoded = decode(decoder, "ab", "cdeGET /");

        assertThat(decoded).isEqualTo(new Decoded("abcde", Step.END, "GET /", Headers.NONE, ""));
        assertThat(decoder.takeRest()).isNull();
        assertThat(decoder.endsWithConnection()).isTrue();
    }

    @Test
    void aBodyOfKnownLengthIsIncompleteBefore() {
        BodyDecoder decoder = BodyDecoder.length(1L << 40);

        assertThat(decode(decoder, "ab", "").step()).isEqualTo(Step.MORE);
        assertThat(decoder.endsWithConnection()).isFalse();
    }

    @Test
    void aBodyUntilTheEndOfTheConnectionIsAllThatComes() {
        BodyDecoder decoder = BodyDecoder.untilClose();

        assertThat(decode(decoder, "ab", "0\r\n\r\n"))
                .isEqualTo(new Decoded("ab0\r\n\r\n", Step.MORE, "", Headers.NONE, ""));
        assertThat(decoder.endsWithConnection()).isTrue();
    }

    @Test
    void chunksMayBeCutAnywhere() {
        String text = TWO_CHUNKS + "next";
        for (int i = 0; i < TWO_CHUNKS.length(); i++) {
            for (int j = i; j < TWO_CHUNKS.length(); j++) {
                Decoded decoded =
                        decode(BodyDecoder.chunked(), text.substring(0, i), text.substring(i, j), text.substring(j));
                assertThat(decoded.content()).isEqualTo("abc0123456789");
                assertThat(decoded.step()).isEqualTo(Step.END);
                assertThat(decoded.rest()).isEqualTo("next");
                assertThat(Heads.sentOn(decoded.trailers())).containsExactly("T=1");
            }
        }
    }

    @Test
    void aChunkedBodyIsIncompleteUntilItsLastByte() {
        for (int i = 0; i < TWO_CHUNKS.length(); i++) {
            BodyDecoder decoder = BodyDecoder.chunked();
            assertThat(decode(decoder, TWO_CHUNKS.substring(0, i)).step()).isEqualTo(Step.MORE);
            assertThat(decoder.endsWithConnection()).isFalse();
        }
    }

    @Test
    void manyChunksInOneBufferLeaveItTogether() {
        StringBuilder text = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            String piece = "x".repeat(i % 70) + (char) ('a' + i % 26);
            text.append(Integer.toHexString(piece.length()))
                    .append("\r\n")
                    .append(piece)
                    .append("\r\n");
            expected.append(piece);
        }
        assertThat(decode(BodyDecoder.chunked(), text + "0\r\n\r\n"))
                .isEqualTo(new Decoded(expected.toString(), Step.END, "", Headers.NONE, ""));
    }

    @Test
    void trailersThatFrameRouteOrAuthenticateAreDropped() {
        Decoded decoded = decode(
                BodyDecoder.chunked(),
                "0\r\n",
                Heads.lines("grpc-status: 0", "Content-Length: 5", "Transfer-Encoding: chunked", "Host: b"),
                Heads.lines("Authorization: x", "Trailer: y", "Set-Cookie: z", "Connection: close", "X-Sum: 1", ""));

        assertThat(decoded.step()).isEqualTo(Step.END);
        assertThat(Heads.sentOn(decoded.trailers())).containsExactly("grpc-status=0", "X-Sum=1");
    }

    @ParameterizedTest
    @CsvSource({
        "'\r\n', chunk size that is not hexadecimal",
        "' 1\r\n', chunk size that is not hexadecimal",
        "'-1\r\n', chunk size that is not hexadecimal",
        "';a\r\n', chunk size that is not hexadecimal",
        "'0x1\r\n', chunk size that is not plain hexadecimal",
        "'1g\r\n', chunk size that is not plain hexadecimal",
        "'1\n', chunk size that is not plain hexadecimal",
        "'1 \r\n', chunk size that is not plain hexadecimal",
        "'1 2\r\n', chunk size that is not plain hexadecimal",
        "'8000000000000000\r\n', chunk size that overflows",
        "'00000000000000001\r\n', chunk size that overflows",
        "'fffffffffffffffff\r\n', chunk size that overflows",
        "'1\rX', bare CR behind a chunk size",
        "'1;a\rX', bare CR behind a chunk size",
        "'1;a\n', malformed chunk extension",
        "'1;\u0000', malformed chunk extension",
        "'1;\u007f', malformed chunk extension",
        "'1\r\nab', chunk longer than its size",
        "'1\r\na\n', chunk longer than its size",
        "'1\r\na\rX', chunk longer than its size",
        "'0\r\n\n', bare LF in the head",
        "'0\r\nX : 1\r\n', white space before the colon of a field",
        "'0\r\n X: 1\r\n', line folding in the head",
        "'0\r\nX: 1\n', bare LF in a field"
    })
    void malformedFramingIsRefused(String text, String problem) {
        Decoded decoded = decode(BodyDecoder.chunked(), text);

        assertThat(decoded.step()).isEqualTo(Step.BAD);
        assertThat(decoded.problem()).isEqualTo(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7fffffffffffffff\r\nabc", "000000000000003\r\nabc", "3;\t\u00e4\r\nabc"})
    void anySizeThatFitsIsTaken(String text) {
        assertThat(decode(BodyDecoder.chunked(), text)).isEqualTo(new Decoded("abc", Step.MORE, "", Headers.NONE, ""));
    }

    @Test
    void extensionsMayBeAsLongAsTheContentAnd4096Bytes() {
        String content = "64\r\n" + "c".repeat(100) + "\r\n";
        String fits = "1;" + "e".repeat(4195) + "\r\n";

        assertThat(decode(BodyDecoder.chunked(), content + fits).step()).isEqualTo(Step.MORE);
        assertThat(decode(BodyDecoder.chunked(), content + fits + "a\r\n1;ee\r\n")
                        .problem())
                .isEqualTo("chunk extensions that are too long");
        assertThat(decode(BodyDecoder.chunked(), "1;" + "e".repeat(4096)).problem())
                .isEqualTo("chunk extensions that are too long");
    }

    @Test
    void trailersHaveLimits() {
        String exact = "0\r\nX: " + "x".repeat(8192 - 7) + "\r\n\r\n";

        assertThat(decode(BodyDecoder.chunked(), exact).step()).isEqualTo(Step.END);
        assertThat(decode(BodyDecoder.chunked(), exact.replace("X:", "XX:")).problem())
                .isEqualTo("trailers of more than 8192 bytes");
        assertThat(decode(BodyDecoder.chunked(), "0\r\n" + "X:\r\n".repeat(100) + "\r\n")
                        .step())
                .isEqualTo(Step.END);
        assertThat(decode(BodyDecoder.chunked(), "0\r\n" + "X:\r\n".repeat(101) + "\r\n")
                        .problem())
                .isEqualTo("more than 100 trailers");
    }
}
