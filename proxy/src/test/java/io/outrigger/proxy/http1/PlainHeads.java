package io.outrigger.proxy.http1;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads heads by the grammar of RFC 9112 and for clarity alone: what the scanners are compared with. */
final class PlainHeads {
    static final List<String> REFUSED = List.of("refused");
    /** There is no empty line: it may be refused, but not be taken. */
    static final List<String> OPEN = List.of("open");

    static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    static final String TEXT = "[\\t\\x20-\\x7e\\x80-\\xff]*";

    private static final Pattern REQUEST_LINE = // §3; of the target only that no other part of the line is like it
            Pattern.compile("(" + TOKEN + ") ([\\x21\\x22\\x24-\\x7e\\x80-\\xff]+) HTTP/1\\.([0-9])");
    private static final Pattern STATUS_LINE = // §4, also without the space before an empty reason
            Pattern.compile("HTTP/1\\.([01]) ([1-5][0-9][0-9])(?: " + TEXT + ")?");
    private static final Pattern FIELD_LINE = Pattern.compile("(" + TOKEN + "):(" + TEXT + ")"); // §5
    private static final Pattern ABSOLUTE = Pattern.compile("(?is)https?://([^/?]*)(.*)"); // §3.2.2
    private static final Pattern HOST = // RFC 3986 §3.2.2; what stands behind % is left to others
            Pattern.compile("(?:\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(?::[0-9]*)?");
    static final Set<String> HOP_BY_HOP = Set.of( // RFC 9110 §7.6.1, and §11.7
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "transfer-encoding",
            "upgrade",
            "proxy-authorization",
            "proxy-authenticate",
            "http2-settings");
    private static final Set<String> NEVER_NOMINATED = Set.of("host", "content-length");
    private static final Pattern OWN_VIA = Pattern.compile("(?i) outrigger[ \\t]*(?:,|$)"); // RFC 9110 §7.6.3
    private static final int LONGEST_METHOD = 32;
    private static final int MOST_VIAS = 4; // of our own

    /** A field line; the value without white space around it. */
    record Field(String name, String value) {
        boolean is(String other) {
            return name.equalsIgnoreCase(other);
        }
    }

    private PlainHeads() {}

    static List<String> request(String text, HeadLimits limits) {
        String head = text.replaceFirst("^(?:\r\n)+", ""); // §2.2
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            return OPEN;
        }
        String[] lines = head.substring(0, end).split("\r\n", -1);
        Matcher line = REQUEST_LINE.matcher(lines[0]);
        List<Field> fields = fields(lines);
        if (!line.matches() || fields == null || end + 4 > limits.headBytes() || fields.size() > limits.fields()) {
            return REFUSED;
        }
        String method = line.group(1);
        boolean old = line.group(3).equals("0");
        String framing = framing(fields, old);
        boolean sized = method.length() <= LONGEST_METHOD && line.group(2).length() <= limits.targetBytes();
        boolean circles = values("via", fields).stream()
                        .mapToLong(via -> OWN_VIA.matcher(via).results().count())
                        .sum()
                > MOST_VIAS;
        if (framing == null || !sized || circles || method.equals("CONNECT") || !hostIsFine(fields, old)) {
            return REFUSED;
        }
        List<String> passed = passed(fields);
        String target = target(method, line.group(2), fields, passed, old);
        return target == null
                ? REFUSED
                : taken(method + " " + target, end + 4, framing, persistent(fields, old), passed);
    }

    static List<String> response(String text, HeadLimits limits) {
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return OPEN;
        }
        String[] lines = text.substring(0, end).split("\r\n", -1);
        Matcher line = STATUS_LINE.matcher(lines[0]);
        List<Field> fields = fields(lines);
        if (!line.matches() || fields == null || end + 4 > limits.headBytes() || fields.size() > limits.fields()) {
            return REFUSED;
        }
        boolean old = line.group(1).equals("0");
        String framing = framing(fields, old);
        if (framing == null) {
            return REFUSED;
        }
        List<String> passed = passed(fields);
        boolean bare = line.group(2).matches("1..|204"); // RFC 9110 §8.6; what announces content may have some
        boolean announces =
                bare && !List.of(framing(-1, false), framing(0, false)).contains(framing);
        if (bare) {
            passed.removeIf(field -> field.toLowerCase(Locale.ROOT).startsWith("content-length="));
        }
        return taken(line.group(2), end + 4, framing, persistent(fields, old) && !announces, passed);
    }

    /** How a head that was taken is written down. */
    static List<String> taken(String what, int length, String framing, boolean persistent, List<String> fields) {
        List<String> all = new ArrayList<>();
        all.add(what + " in " + length + " bytes, " + framing + (persistent ? ", stays open" : ", closes"));
        all.addAll(fields);
        return all;
    }

    /** How its framing is written down; the length -1 for none. */
    static String framing(long contentLength, boolean chunked) {
        return chunked ? "chunked" : contentLength < 0 ? "no length" : "length " + contentLength;
    }

    /** Null when a line is none. */
    static @Nullable List<Field> fields(String[] lines) {
        List<Field> fields = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            Matcher line = FIELD_LINE.matcher(lines[i]);
            if (!line.matches()) {
                return null;
            }
            fields.add(new Field(line.group(1), trimmed(line.group(2))));
        }
        return fields;
    }

    /** §6, where what could be meant in two ways is refused; null then. */
    private static @Nullable String framing(List<Field> fields, boolean old) {
        List<String> lengths = values("content-length", fields);
        List<String> codings = values("transfer-encoding", fields);
        if (lengths.size() + codings.size() > 1 || old && !codings.isEmpty()) {
            return null;
        }
        if (!codings.isEmpty()) {
            return codings.getFirst().equalsIgnoreCase("chunked") ? framing(-1, true) : null;
        }
        if (lengths.isEmpty()) {
            return framing(-1, false);
        }
        boolean fits =
                lengths.getFirst().matches("[0-9]{1,19}") && new BigInteger(lengths.getFirst()).bitLength() < Long.SIZE;
        return fits ? framing(Long.parseLong(lengths.getFirst()), false) : null;
    }

    private static boolean hostIsFine(List<Field> fields, boolean old) { // §3.2
        List<String> hosts = values("host", fields);
        return hosts.size() <= 1
                && (old || !hosts.isEmpty())
                && hosts.stream().allMatch(host -> HOST.matcher(host).matches());
    }

    /** §3.2, and what an absolute target says of the host; null when it is none. */
    private static @Nullable String target(
            String method, String target, List<Field> fields, List<String> passed, boolean old) {
        if (target.startsWith("/")) {
            boolean named = old || values("host", fields).stream().noneMatch(host -> host.matches("(?::.*)?"));
            return named ? target : null;
        }
        if (target.equals("*")) {
            return method.equals("OPTIONS") ? target : null;
        }
        Matcher url = ABSOLUTE.matcher(target);
        if (!url.matches()
                || url.group(1).matches("(?::.*)?")
                || !HOST.matcher(url.group(1)).matches()) {
            return null;
        }
        passed.removeIf(field -> field.toLowerCase(Locale.ROOT).startsWith("host="));
        passed.add("host=" + url.group(1));
        if (url.group(2).isEmpty()) {
            return method.equals("OPTIONS") ? "*" : "/"; // §3.2.4
        }
        return url.group(2).startsWith("/") ? url.group(2) : "/" + url.group(2);
    }

    private static boolean persistent(List<Field> fields, boolean old) { // §9.3
        Set<String> options = options(fields);
        return !options.contains("close") && (!old || options.contains("keep-alive"));
    }

    private static Set<String> options(List<Field> fields) {
        Set<String> options = new HashSet<>();
        for (String list : values("connection", fields)) {
            for (String option : list.split(",")) {
                options.add(trimmed(option).toLowerCase(Locale.ROOT));
            }
        }
        return options;
    }

    /** What is sent on. */
    private static List<String> passed(List<Field> fields) {
        Set<String> dropped = options(fields);
        dropped.removeAll(NEVER_NOMINATED);
        dropped.addAll(HOP_BY_HOP);
        List<String> passed = new ArrayList<>();
        for (Field field : fields) {
            if (!dropped.contains(field.name.toLowerCase(Locale.ROOT))) {
                passed.add(field.name + "=" + field.value);
            }
        }
        return passed;
    }

    private static List<String> values(String name, List<Field> fields) {
        return fields.stream().filter(field -> field.is(name)).map(Field::value).toList();
    }

    private static String trimmed(String text) {
        return text.replaceAll("^[ \t]+|[ \t]+$", "");
    }
}
