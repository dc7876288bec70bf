package io.outrigger.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.proxy.http1.BodyDecoder.Step;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Cuts and mutates chunked bodies at random and compares the decoder with one that is written for clarity alone. */
class ChunkedDecoderModelTest {
    private static final Pattern SIZE = Pattern.compile("([0-9a-fA-F]{1,7})([ \t]*;[\t\\x20-\\x7e\\x80-\\xff]*)?\r\n");
    private static final Pattern TRAILERS =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\\x20-\\x7e\\x80-\\xff]*\r\n)*\r\n");

    @Test
    void bodiesMayBeCutAnywhereAndNothingOddIsTaken() {
        Random random = new Random(43);
        int taken = 0;
        int rounds = 10_000;
        for (int i = 0; i < rounds; i++) {
            StringBuilder body = body(random);
            boolean mutated = random.nextBoolean();
            if (mutated) {
                body.setCharAt(random.nextInt(body.length()), "\r\n;x 10\0\u00e4".charAt(random.nextInt(9)));
            }
            String text = body.toString();
            String expected = naive(text);
            String actual = decoded(text, random);
            if (actual != null || !mutated) {
                assertThat(actual).as(text).isEqualTo(expected).isNotNull();
                taken++;
            }
        }
        assertThat(taken).isBetween(rounds / 2, rounds - rounds / 10);
    }

    private static StringBuilder body(Random random) {
        StringBuilder text = new StringBuilder();
        for (int chunks = random.nextInt(6); chunks > 0; chunks--) {
            int size = 1 + random.nextInt(random.nextBoolean() ? 4 : 60);
            text.append(random.nextBoolean() ? "" : "00").append(Integer.toHexString(size));
            text.append(random.nextInt(4) == 0 ? " ;a=b" : "").append("\r\n");
            for (int i = 0; i < size; i++) {
                text.append((char) random.nextInt(256));
            }
            text.append("\r\n");
        }
        return text.append("0\r\n")
                .append(random.nextInt(3) == 0 ? "T: 1\r\n" : "")
                .append("\r\n");
    }

    /** Content and rest; null when the body is refused or incomplete. */
    private static @Nullable String decoded(String text, Random random) {
        BodyDecoder decoder = BodyDecoder.chunked();
        StringBuilder content = new StringBuilder();
        int at = 0;
        Step step = Step.MORE;
        while (at < text.length() && step == Step.MORE) {
            int to = Math.min(text.length(), at + 1 + random.nextInt(random.nextBoolean() ? 5 : 200));
            ByteBuf in = Unpooled.copiedBuffer(text.substring(at, to), StandardCharsets.ISO_8859_1);
            step = decoder.decode(in);
            content.append(in.toString(StandardCharsets.ISO_8859_1));
            in.release();
            at = to;
        }
        ByteBuf rest = decoder.takeRest();
        String behind = text.substring(at);
        if (rest != null) {
            behind = rest.toString(StandardCharsets.ISO_8859_1) + behind;
            rest.release();
        }
        return step == Step.END ? content + "|" + behind : null;
    }

    private static @Nullable String naive(String text) {
        StringBuilder content = new StringBuilder();
        int at = 0;
        while (true) {
            Matcher size = SIZE.matcher(text).region(at, text.length());
            if (!size.lookingAt()) {
                return null;
            }
            int bytes = Integer.parseInt(size.group(1), 16);
            at = size.end();
            if (bytes == 0) {
                Matcher trailers = TRAILERS.matcher(text).region(at, text.length());
                return trailers.lookingAt() ? content + "|" + text.substring(trailers.end()) : null;
            }
            if (at + bytes + 2 > text.length() || !text.startsWith("\r\n", at + bytes)) {
                return null;
            }
            content.append(text, at, at + bytes);
            at += bytes + 2;
        }
    }
}
