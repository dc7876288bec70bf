package io.outrigger.config.yaml;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.reader.StreamReader;

/** Turns the bytes of a file into characters that YAML allows, or says where the first other one is. */
final class YamlText {
    static final int MAX_BYTES = 1 << 20;

    private YamlText() {}

    /** Null once a problem has been reported. */
    static @Nullable String decode(byte[] content, Problems problems) {
        if (content.length > MAX_BYTES) {
            problems.add(Position.START, "", "the file has more than 1 MiB (expected: at most that)");
            return null;
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer out = CharBuffer.allocate(content.length);
        CoderResult result = decoder.decode(ByteBuffer.wrap(content), out, true);
        String text = out.flip().toString();
        if (result.isError()) {
            problems.add(Position.behind(text), "", "not UTF-8 (expected: a text file in UTF-8)");
            return null;
        }
        if (text.startsWith("\uFEFF")) {
            text = text.substring(1);
        }
        return allPrintable(text, problems) ? text : null;
    }

    private static boolean allPrintable(String text, Problems problems) {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (!StreamReader.isPrintable(c)) {
                String hex = Integer.toHexString(c).toUpperCase(java.util.Locale.ROOT);
                problems.add(
                        Position.behind(text.substring(0, i)),
                        "",
                        "character U+" + "0".repeat(Math.max(0, 4 - hex.length())) + hex
                                + " (expected: printable ones)");
                return false;
            }
            i += Character.charCount(c);
        }
        return true;
    }
}
