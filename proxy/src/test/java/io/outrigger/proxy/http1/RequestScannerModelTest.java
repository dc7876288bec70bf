package io.outrigger.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Mutates heads at random and compares the scanner with a reader that is written for clarity alone. */
class RequestScannerModelTest {
    private static final int HEADS = 20_000;
    private static final String[] SEEDS = {
        "GET /a?b HTTP/1.1\r\nHost: a\r\nX-Y:  z \r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a:80\r\nContent-Length: 12\r\nConnection: close\r\n\r\nhello world!",
        "PUT /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: [::1]\r\nA:\r\nA: 2\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.0\r\nUser-Agent: me\r\nAccept: */*\r\n\r\n"
    };
    private static final String[] PIECES = {
        "\r",
        "\n",
        "\r\n",
        "\0",
        " ",
        "\t",
        ":",
        ",",
        "\u007f",
        "\u00e4",
        "#",
        "/",
        "1",
        "x",
        "Content-Length: 1\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Host: b\r\n",
        "\r\n ",
        "chunked",
        "HTTP/1.1"
    };
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern LINE = Pattern.compile(
            "([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) (/[\\x21\\x22\\x24-\\x7e\\x80-\\xff]*) HTTP/1\\.([0-9])");
    private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(:[0-9]*)?");

    private record Reading(
            String method, String target, int length, long bodyBytes, boolean chunked, List<String> fields) {}

    @Test
    void nothingIsTakenThatAStrictReaderRefusesOrReadsDifferently() {
        Random random = new Random(42);
        RequestScanner scanner = new RequestScanner();
        int taken = 0;
        for (int i = 0; i < HEADS; i++) {
            String text = mutated(SEEDS[random.nextInt(SEEDS.length)], random.nextInt(4), random);
            byte[] bytes = Heads.bytes(text);
            scanner.scan(bytes, bytes.length, Heads.LIMITS);
            RequestHead head = scanner.head();
            if (head == null || !head.target().toString().startsWith("/") || !text.contains(" /")) {
                continue;
            }
            taken++;
            assertThat(reading(head, scanner.length())).as(text).isEqualTo(read(text));
        }
        assertThat(taken).isBetween(HEADS / 5, HEADS - HEADS / 5);
    }

    private static String mutated(String seed, int mutations, Random random) {
        StringBuilder text = new StringBuilder(seed);
        for (int i = 0; i < mutations; i++) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.setCharAt(at, (char) random.nextInt(256));
                case 2 -> text.setCharAt(at, (char) (text.charAt(at) ^ 0x20));
                default -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
            }
        }
        return text.toString();
    }

    private static Reading reading(RequestHead head, int length) {
        return new Reading(
                head.method(),
                head.target().toString(),
                length,
                head.contentLength(),
                head.chunked(),
                Heads.sentOn(head.headers()));
    }

    /** Null when the head is to be refused. */
    private static @Nullable Reading read(String text) {
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return null;
        }
        String[] lines = text.substring(0, end).split("\r\n", -1);
        Matcher first = LINE.matcher(lines[0]);
        if (!first.matches()) {
            return null;
        }
        List<String> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            String value = lines[i].substring(colon + 1);
            if (colon < 0
                    || !TOKEN.matcher(lines[i].substring(0, colon)).matches()
                    || value.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 127)) {
                return null;
            }
            names.add(lines[i].substring(0, colon));
            values.add(value.replaceAll("^[ \t]+|[ \t]+$", ""));
        }
        return framed(first, end + 4, names, values);
    }

    private static @Nullable Reading framed(Matcher first, int length, List<String> names, List<String> values) {
        List<String> lengths = all("content-length", names, values);
        List<String> codings = all("transfer-encoding", names, values);
        List<String> hosts = all("host", names, values);
        boolean old = first.group(3).equals("0");
        if (lengths.size() + codings.size() > 1
                || hosts.size() > 1
                || !old && (hosts.isEmpty() || hosts.getFirst().isEmpty())
                || !hosts.isEmpty() && !HOST.matcher(hosts.getFirst()).matches()
                || !lengths.isEmpty() && !lengths.getFirst().matches("[0-9]{1,18}")
                || !codings.isEmpty() && (old || !codings.getFirst().equalsIgnoreCase("chunked"))) {
            return null;
        }
        List<String> dropped = new ArrayList<>(List.of("connection", "transfer-encoding"));
        for (String options : all("connection", names, values)) {
            for (String option : options.split(",")) {
                dropped.add(option.strip().toLowerCase(java.util.Locale.ROOT));
            }
        }
        dropped.removeAll(List.of("host", "content-length"));
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (!dropped.contains(names.get(i).toLowerCase(java.util.Locale.ROOT))) {
                fields.add(names.get(i) + '=' + values.get(i));
            }
        }
        long body = lengths.isEmpty() ? -1 : Long.parseLong(lengths.getFirst());
        return new Reading(first.group(1), first.group(2), length, body, !codings.isEmpty(), fields);
    }

    private static List<String> all(String name, List<String> names, List<String> values) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase(name)) {
                found.add(values.get(i));
            }
        }
        return found;
    }
}
