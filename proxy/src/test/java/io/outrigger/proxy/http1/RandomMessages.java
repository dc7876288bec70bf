package io.outrigger.proxy.http1;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes messages that are right or nearly so, always the same ones from the same seed. Confined to one thread. */
final class RandomMessages {
    /** What means something in a head or a size line, or looks as if; each may come anywhere. */
    private static final List<String> PIECES = List.of(
            "\r",
            "\n",
            "\r\n",
            "\r\n\r\n",
            "\n\n",
            "\0",
            " ",
            "  ",
            "\t",
            ":",
            ",",
            ";",
            "=",
            "\"",
            "%",
            "@",
            "#",
            "?",
            "*",
            "/",
            "//",
            "[::1]",
            "\u007f",
            "\u0080",
            "\u0085",
            "\u00a0",
            "\u00e4",
            "\u00ff",
            "0",
            "00",
            "1",
            "f",
            "x",
            "-1",
            "+1",
            "0x1",
            "1e1",
            "7fffffffffffffff",
            "8000000000000000",
            "9223372036854775807",
            "9223372036854775808",
            "99999999999999999999",
            "\r\n ",
            "\r\n\t",
            " \r\n",
            "HTTP/1.1",
            "HTTP/2.0",
            "HTTP/1.1 200 OK\r\n",
            "GET / HTTP/1.1\r\n",
            "Host: b\r\n",
            "Host:\r\n",
            "chunked",
            "Chunked",
            "gzip, chunked",
            "chunked, chunked",
            "Content-Length: 1\r\n",
            "Content-Length : 1\r\n",
            "Content-Length: 1, 1\r\n",
            "Content_Length: 1\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: identity\r\n",
            "Transfer-Encoding:\u000bchunked\r\n",
            "Connection: close\r\n",
            "Connection: host, content-length, x-a\r\n",
            "Keep-Alive: 1\r\n",
            "http://a",
            "https://b:1/",
            "0\r\n\r\n",
            "1\r\nx\r\n",
            "M".repeat(33));

    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "OPTIONS", "get", "M-SEARCH", "!");
    private static final List<String> TARGETS = List.of(
            "/",
            "/a?b=c",
            "//a",
            "/%",
            "/\u00e4|\"{}",
            "*",
            "http://h",
            "HTTP://h:8/a?b",
            "https://[::1]/",
            "http://h?q",
            "/" + "t".repeat(30));
    private static final List<String> HOSTS = List.of("a", "a:80", "a.b-c_d~", "[::1]:8", "127.0.0.1", "a:", "%41");
    private static final List<String> NAMES = List.of(
            "X-A",
            "x-a",
            "Accept",
            "T",
            "!#$%&'*+.^_`|~",
            "Keep-Alive",
            "TE",
            "Proxy-Authorization",
            "Upgrade",
            "Set-Cookie",
            "Trailer",
            "Authorization",
            "Content-Type",
            "N".repeat(20));
    private static final List<String> VALUES =
            List.of("", "z", " z ", "\tz\t", "a b\tc", "\u00e4\u00ff\u0080", "a,b", ":", "close", "v".repeat(50));
    private static final List<String> OPTIONS =
            List.of("close", "keep-alive", "Close", "x-a", "upgrade", "host", "TE, x-a", " , x-a ,", "");

    private final Random random;
    private final List<String> known;

    /** @param known messages to be changed a little, besides those that are made here */
    RandomMessages(long seed, List<String> known) {
        this.random = new Random(seed);
        this.known = List.copyOf(known);
    }

    /** The next one of that kind. */
    String next(MessageKind kind) {
        String text = !known.isEmpty() && random.nextInt(4) == 0 ? one(known) : fine(kind);
        for (int i = random.nextInt(3) * random.nextInt(3); i > 0; i--) {
            text = mutated(text, kind);
        }
        return text;
    }

    /** The message in one to many pieces, none of them empty. */
    List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int longest = 1 + random.nextInt(random.nextBoolean() ? 3 : 60);
        for (int at = 0; at < text.length(); ) {
            int to = Math.min(text.length(), at + 1 + random.nextInt(longest));
            pieces.add(text.substring(at, to));
            at = to;
        }
        return pieces;
    }

    /** Large enough for all of them, or for few. */
    HeadLimits limits() {
        return random.nextInt(4) > 0
                ? Heads.LIMITS
                : new HeadLimits(20 + random.nextInt(100), random.nextInt(5), 1 + random.nextInt(20));
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    private String fine(MessageKind kind) {
        return switch (kind) {
                    case REQUESTS ->
                        emptyLines() + one(METHODS) + " " + one(TARGETS) + version() + "\r\n" + fields() + "\r\n";
                    case RESPONSES ->
                        "HTTP/1." + below(2) + " " + (100 + below(500)) + reason() + "\r\n" + fields() + "\r\n";
                    case CHUNKS -> chunks();
                }
                + (below(3) == 0 ? one(PIECES) : "");
    }

    private String emptyLines() {
        return "\r\n".repeat(below(8) == 0 ? 1 + below(2) : 0);
    }

    private String version() {
        return " HTTP/1." + (below(4) == 0 ? below(10) : 1);
    }

    private String reason() {
        return below(3) == 0 ? "" : " " + one(VALUES).strip();
    }

    private String fields() {
        List<String> lines = new ArrayList<>();
        lines.add("Host: " + one(HOSTS));
        for (int i = below(4); i > 0; i--) {
            lines.add(below(lines.size() + 1), one(NAMES) + ":" + one(VALUES));
        }
        switch (below(4)) {
            case 0 -> lines.add(below(lines.size() + 1), "content-Length: " + below(1000));
            case 1 -> lines.add(below(lines.size() + 1), "Transfer-encoding: chunked");
            default -> {}
        }
        if (below(3) == 0) {
            lines.add(below(lines.size() + 1), "Connection:" + one(OPTIONS));
        }
        return Heads.lines(lines.toArray(String[]::new));
    }

    private String chunks() {
        StringBuilder text = new StringBuilder();
        for (int chunks = below(5); chunks > 0; chunks--) {
            int size = 1 + below(random.nextBoolean() ? 4 : 60);
            text.append("0".repeat(below(3))).append(Integer.toHexString(size)).append(extension());
            for (int i = 0; i < size; i++) {
                text.append((char) below(256));
            }
            text.append("\r\n");
        }
        text.append("0".repeat(1 + below(16))).append(extension());
        for (int trailers = below(3); trailers > 0; trailers--) {
            text.append(one(NAMES)).append(':').append(one(VALUES)).append("\r\n");
        }
        return text.append("\r\n").toString();
    }

    private String extension() {
        return (below(4) == 0 ? " \t".substring(below(3)) + ";" + one(VALUES) : "") + "\r\n";
    }

    private String mutated(String text, MessageKind kind) {
        int at = below(text.length() + 1);
        int to = Math.min(text.length(), at + below(12));
        return switch (below(8)) {
            case 0 -> text.substring(0, at) + (char) below(256) + text.substring(at);
            case 1 -> text.substring(0, at) + text.substring(to);
            case 2 -> text.substring(0, at);
            case 3 -> text.substring(0, to) + text.substring(at); // twice
            case 4 -> text.substring(0, at) + flipped(text.substring(at, to)) + text.substring(to);
            case 5 -> text.substring(0, at) + fine(kind) + text.substring(to);
            default -> text.substring(0, at) + one(PIECES) + text.substring(random.nextBoolean() ? at : to);
        };
    }

    private String flipped(String text) {
        StringBuilder flipped = new StringBuilder(text);
        if (!text.isEmpty()) {
            int at = below(text.length());
            flipped.setCharAt(at, (char) (text.charAt(at) ^ 1 << below(8)));
        }
        return flipped.toString();
    }

    private String one(List<String> words) {
        return words.get(below(words.size()));
    }
}
