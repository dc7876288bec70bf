package io.outrigger.config;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.outrigger.config.key.Text;
import io.outrigger.config.key.Unfit;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Texts with the grammar of HTTP (RFC 9110 §5.1, §5.5, §9.1; RFC 3986 §3.3), and patterns over them. */
final class HttpTexts {
    private static final String MARKS = "!#$%&'*+-.^_`|~";
    private static final String PATH_MARKS = "-._~!$&'()*+,;=:@%/";
    private static final int LONGEST_REGEX = 1024;

    /** Headers whose values let somebody in. */
    static final Set<String> SECRET_HEADERS = Set.of("authorization", "proxy-authorization", "cookie");

    /** In lower case, as names of headers are compared. */
    static final Text<String> HEADER_NAME = Text.of(
                    "the name of a header", text -> isToken(text) ? text.toLowerCase(Locale.ROOT) : null)
            .like("^[0-9A-Za-z!#$%&'*+.^_`|~-]+$");

    static final Text<String> HEADER_VALUE = Text.matching(
                    "visible characters, spaces only between them",
                    text -> text.equals(text.strip()) && text.chars().allMatch(c -> c >= ' ' && c != 127 || c == '\t'))
            .like("^(?:[^\\x00-\\x20\\x7f](?:[^\\x00-\\x08\\x0a-\\x1f\\x7f]*[^\\x00-\\x20\\x7f])?)?$");

    static final Text<String> METHOD = Text.matching(
                    "a method in capitals, such as GET",
                    text -> isToken(text) && text.chars().noneMatch(c -> c >= 'a' && c <= 'z'))
            .like("^[0-9A-Z!#$%&'*+.^_`|~-]+$");

    static final Text<String> PARAMETER =
            Text.matching("the name of a parameter", text -> !text.isEmpty()).like("^[\\s\\S]");

    static final Text<String> PATH = Text.matching(
                    "a path that begins with /, percent-encoded, without a query and dot segments", HttpTexts::isPath)
            .like("^(?!.*/\\.\\.?(?:/|$))/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*$");

    static final Text<HostMatch> HOST = Text.of("a host, or *. and the rest of one; without a port", HttpTexts::host)
            .like("^(?:(?:\\*\\.)?[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])$");

    /** What goes into a Host header. */
    static final Text<String> AUTHORITY = Text.of("a host, with or without a port", text -> {
                int colon = text.lastIndexOf(':');
                boolean port = colon > text.lastIndexOf(']') && colon > 0;
                String host = port ? text.substring(0, colon) : text;
                boolean bracketed = host.startsWith("[") && host.endsWith("]");
                boolean fine = bracketed
                        ? Hosts.isIpv6(host.substring(1, host.length() - 1))
                        : host.indexOf(':') < 0 && Hosts.isHost(host);
                return fine && (!port || isPort(text.substring(colon + 1))) ? text : null;
            })
            .like("^(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(?::[0-9]{1,5})?$");

    static final Text<Pattern> REGEX = Text.of("a regex in the syntax of RE2", HttpTexts::regex);

    private HttpTexts() {}

    static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> Hosts.isLetterOrDigit(c) || MARKS.indexOf(c) >= 0);
    }

    /** Without dot segments: requests are matched without them, so such a path would take none. */
    static boolean isPath(String text) {
        return text.startsWith("/")
                && !(text + "/").contains("/./")
                && !(text + "/").contains("/../")
                && text.chars().allMatch(c -> Hosts.isLetterOrDigit(c) || PATH_MARKS.indexOf(c) >= 0);
    }

    private static boolean isPort(String text) {
        return !text.isEmpty()
                && text.length() <= 5
                && text.chars().allMatch(c -> c >= '0' && c <= '9')
                && Integer.parseInt(text) <= 65535;
    }

    private static @Nullable HostMatch host(String text) {
        String host = text.toLowerCase(Locale.ROOT);
        if (host.startsWith("*.")) {
            return Hosts.isName(host.substring(2)) ? new HostMatch.Wildcard(host.substring(1)) : null;
        }
        if (host.startsWith("[") && host.endsWith("]") && Hosts.isIpv6(host.substring(1, host.length() - 1))) {
            return new HostMatch.Exact(host.substring(1, host.length() - 1));
        }
        return host.indexOf(':') < 0 && Hosts.isHost(host) ? new HostMatch.Exact(host) : null;
    }

    private static Pattern regex(String text) throws Unfit {
        if (text.length() > LONGEST_REGEX || RegexWeight.of(text) > RegexWeight.MOST) {
            throw Unfit.far("a regex of at most " + LONGEST_REGEX + " characters, and " + RegexWeight.MOST
                    + " with its repetitions written out");
        }
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw Unfit.far("a regex in the syntax of RE2; " + e.getDescription() + " at " + e.getPattern());
        }
    }
}
