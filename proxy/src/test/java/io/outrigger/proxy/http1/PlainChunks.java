package io.outrigger.proxy.http1;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads chunked bodies by the grammar of RFC 9112 §7.1 and for clarity alone: what the decoder is compared with. */
final class PlainChunks {
    private static final Pattern SIZE =
            Pattern.compile("([0-9a-fA-F]{1,16})((?:[ \\t]*;" + PlainHeads.TEXT + ")?)\r\n");
    private static final Pattern TRAILERS =
            Pattern.compile("((?:" + PlainHeads.TOKEN + ":" + PlainHeads.TEXT + "\r\n)*)\r\n");
    private static final Set<String> NO_TRAILERS = Set.of( // RFC 9110 §6.5.1, besides what is hop by hop
            "authorization",
            "content-length",
            "date",
            "expect",
            "host",
            "max-forwards",
            "set-cookie",
            "trailer",
            "via");
    private static final int LONGEST_EXTENSIONS = 4096; // and a byte for each byte of content
    private static final int LONGEST_TRAILERS = 8192;
    private static final int MOST_TRAILERS = 100;

    private PlainChunks() {}

    /** How a body that was taken is written down. */
    static List<String> taken(String content, int length, List<String> trailers) {
        List<String> all = new ArrayList<>();
        all.add("end after " + length + " bytes");
        all.add(content);
        all.addAll(trailers);
        return all;
    }

    /** A body that does not end is as one that is refused: the end of the connection is none of its own. */
    static List<String> read(String text) {
        StringBuilder content = new StringBuilder();
        int extensions = 0;
        int at = 0;
        while (true) {
            Matcher size = SIZE.matcher(text).region(at, text.length());
            if (!size.lookingAt()) {
                return PlainHeads.OPEN;
            }
            extensions += size.group(2).length();
            BigInteger bytes = new BigInteger(size.group(1), 16);
            at = size.end();
            if (extensions - content.length() > LONGEST_EXTENSIONS) {
                return PlainHeads.REFUSED;
            }
            if (bytes.signum() == 0) {
                return end(text, at, content.toString());
            }
            if (bytes.compareTo(BigInteger.valueOf(text.length() - at - 2)) > 0) {
                return PlainHeads.OPEN;
            }
            int to = at + bytes.intValueExact();
            if (!text.startsWith("\r\n", to)) {
                return PlainHeads.REFUSED;
            }
            content.append(text, at, to);
            at = to + 2;
        }
    }

    private static List<String> end(String text, int at, String content) {
        Matcher trailers = TRAILERS.matcher(text).region(at, text.length());
        if (!trailers.lookingAt()) {
            return PlainHeads.OPEN;
        }
        String[] lines = ("\r\n" + trailers.group(1)).split("\r\n"); // the first is empty, as if the line of a head
        List<PlainHeads.Field> fields = PlainHeads.fields(lines);
        if (fields == null || fields.size() > MOST_TRAILERS || trailers.group().length() > LONGEST_TRAILERS) {
            return PlainHeads.REFUSED;
        }
        List<String> passed = fields.stream()
                .filter(field -> !isDropped(field.name().toLowerCase(Locale.ROOT)))
                .map(field -> field.name() + "=" + field.value())
                .toList();
        return taken(content, trailers.end(), passed);
    }

    private static boolean isDropped(String name) {
        return NO_TRAILERS.contains(name) || PlainHeads.HOP_BY_HOP.contains(name);
    }
}
