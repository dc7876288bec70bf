package io.outrigger.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.outrigger.exchange.Failure;
import io.outrigger.proxy.http1.BodyDecoder.Step;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the scanners and the decoder make of messages that come in pieces, written down as {@link PlainHeads} and
 * {@link PlainChunks} do. Uses one workbench for all of them, as a loop does, with what others have left there.
 */
final class Readings {
    static final List<String> INCOMPLETE = List.of("incomplete");
    private static final String AROUND = "1\r\nx\r\n0\r\n\r\n".repeat(4); // what stands in a buffer before and behind

    private static final Workbench BENCH = new Workbench(InstantSource.fixed(Instant.EPOCH));

    private Readings() {}

    static List<String> requests(List<String> pieces, HeadLimits limits) {
        return gathered(pieces, buffer -> BENCH.request(buffer, limits));
    }

    static List<String> responses(List<String> pieces, HeadLimits limits) {
        return gathered(pieces, buffer -> BENCH.response(buffer, limits));
    }

    private static List<String> gathered(List<String> pieces, Function<HeadBuffer, @Nullable HeadScanner<?>> scan) {
        HeadBuffer buffer = new HeadBuffer();
        StringBuilder fed = new StringBuilder();
        for (String piece : pieces) {
            buffer.add(Unpooled.copiedBuffer(Heads.bytes(piece)), UnpooledByteBufAllocator.DEFAULT);
            fed.append(piece);
            HeadScanner<?> scanner = scan.apply(buffer);
            if (scanner != null && (scanner.head() != null || scanner.failure() != null)) {
                assertThat(fed.toString()).endsWith(text(buffer.take())); // as it came, for whoever is next
                return outcome(scanner);
            }
        }
        buffer.release();
        return INCOMPLETE;
    }

    /** What a scan came to. */
    static List<String> outcome(HeadScanner<?> scanner) {
        Failure failure = scanner.failure();
        if (failure != null) {
            return List.of("refused: " + failure.kind() + ", " + failure.detail());
        }
        return switch (scanner.head()) {
            case RequestHead head ->
                PlainHeads.taken(
                        head.method() + " " + head.target(),
                        scanner.length(),
                        PlainHeads.framing(head.contentLength(), head.chunked()),
                        head.persistent(),
                        Heads.sentOn(head.headers()));
            case ResponseHead head ->
                PlainHeads.taken(
                        "" + head.status(),
                        scanner.length(),
                        PlainHeads.framing(head.contentLength(), head.chunked()),
                        head.persistent(),
                        Heads.sentOn(head.headers()));
            case null, default -> INCOMPLETE;
        };
    }

    static List<String> chunks(List<String> pieces) {
        BodyDecoder decoder = BodyDecoder.chunked();
        StringBuilder content = new StringBuilder();
        int fed = 0;
        for (String piece : pieces) {
            fed += piece.length();
            Step step = decode(decoder, piece, content);
            if (step == Step.BAD) {
                return List.of("refused: " + decoder.problem());
            }
            if (step == Step.END) {
                String rest = text(decoder.takeRest());
                assertThat(piece).endsWith(rest);
                return PlainChunks.taken(content.toString(), fed - rest.length(), Heads.sentOn(decoder.trailers()));
            }
        }
        return INCOMPLETE;
    }

    /** Decodes what stands amid other bytes, which stay as they are. */
    private static Step decode(BodyDecoder decoder, String piece, StringBuilder content) {
        ByteBuf in = Unpooled.copiedBuffer(Heads.bytes(AROUND + piece + AROUND));
        int from = AROUND.length();
        int to = from + piece.length();
        in.setIndex(from, to);
        Step step = decoder.decode(in);
        assertThat(in.readerIndex()).isBetween(from, to);
        assertThat(in.writerIndex()).isBetween(from, to);
        content.append(in.toString(StandardCharsets.ISO_8859_1));
        assertThat(in.toString(0, from, StandardCharsets.ISO_8859_1)).isEqualTo(AROUND);
        assertThat(in.toString(to, from, StandardCharsets.ISO_8859_1)).isEqualTo(AROUND);
        in.release();
        return step;
    }

    private static String text(@Nullable ByteBuf bytes) {
        if (bytes == null) {
            return "";
        }
        String text = bytes.toString(StandardCharsets.ISO_8859_1);
        bytes.release();
        return text;
    }
}
