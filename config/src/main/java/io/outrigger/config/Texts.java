package io.outrigger.config;

import io.outrigger.config.key.NameKind;
import io.outrigger.config.key.Rejected;
import io.outrigger.config.key.Text;
import io.outrigger.config.key.Unfit;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Texts that several keys share: names, files, URIs. */
final class Texts {
    private static final int LONGEST_NAME = 128;
    private static final String NOT_EMPTY = "^[\\s\\S]";

    /** Names become labels of metrics and parts of URLs. */
    static final Text<String> NAME = Text.matching(
                    "a name of letters, digits, dots, hyphens and underscores, 128 at most", Texts::isName)
            .like("^[A-Za-z0-9._-]{1,128}$");

    static final Text<String> UPSTREAM_NAME = Text.of(
                    "a name other than dynamic, which has a meaning of its own", text -> {
                        if (!isName(text)) {
                            throw Unfit.far(NAME.expected());
                        }
                        return text.equals("dynamic") ? null : text;
                    })
            .like("^(?!dynamic$)[A-Za-z0-9._-]{1,128}$");

    static final Text<String> STORE_NAME = Text.of("a name other than memory, which has a meaning of its own", text -> {
                if (!isName(text)) {
                    throw Unfit.far(NAME.expected());
                }
                return text.equals("memory") ? null : text;
            })
            .like("^(?!memory$)[A-Za-z0-9._-]{1,128}$");

    static final Text<String> UPSTREAM = Text.matching("the name of an upstream", text -> !text.isEmpty())
            .like(NOT_EMPTY)
            .referringTo(NameKind.UPSTREAM);

    static final Text<String> STORE = Text.matching("the name of a store", text -> !text.isEmpty())
            .like(NOT_EMPTY)
            .referringTo(NameKind.STORE);

    static final Text<String> SERVICE = Text.matching(
                    "a name of 1 to 255 visible characters",
                    text -> !text.isEmpty()
                            && text.length() <= 255
                            && text.chars().allMatch(c -> c > ' ' && c != 127))
            .like("^[^\\x00-\\x20\\x7f]{1,255}$");

    static final Text<String> ANY = Text.matching("text of at most 64KiB", text -> text.length() <= 1 << 16);

    static final Text<Path> FILE = Text.of("the path of a file", text -> {
                try {
                    return text.isEmpty() ? null : Path.of(text);
                } catch (InvalidPathException e) {
                    return null;
                }
            })
            .like(NOT_EMPTY);

    private Texts() {}

    /** A URI with a host and one of these schemes; what stands before the @ is not shown. */
    static Text<URI> uri(String expected, List<String> schemes) {
        return Text.of(expected, text -> {
                    try {
                        URI uri = new URI(text);
                        boolean known = uri.getScheme() != null && schemes.contains(uri.getScheme());
                        return known && uri.getRawAuthority() != null ? uri : null;
                    } catch (URISyntaxException e) {
                        return null;
                    }
                })
                .like("^(?:" + String.join("|", schemes) + ")://[^/]")
                .masked(Texts::withoutPassword);
    }

    /** Those of a URI that has an authority, with their ports, without a password. */
    static String hosts(URI uri) {
        String authority = uri.getRawAuthority();
        return authority.substring(authority.lastIndexOf('@') + 1);
    }

    /** Refuses a URI that leads nowhere, without telling its password. */
    static void checkHost(String key, URI uri) {
        Rejected.unless(
                uri.getHost() != null && areHosts(hosts(uri)),
                key,
                withoutPassword(uri.toString()),
                "a host without underscores, and a port from 1 to 65535 or none");
    }

    /** Whether that is hosts with commas between them, each with a port or without. */
    static boolean areHosts(String hosts) {
        for (String one : hosts.split(",", -1)) {
            boolean bracketed = one.startsWith("[");
            int end = one.lastIndexOf(bracketed ? ']' : ':');
            String host = end < 0 ? one : one.substring(bracketed ? 1 : 0, end);
            String port = end < 0 ? "" : one.substring(bracketed ? end + 1 : end);
            if (!(bracketed ? Hosts.isIpv6(host) : Hosts.isHost(host)) || !isPort(port)) {
                return false;
            }
        }
        return true;
    }

    /** With its colon, or nothing. */
    private static boolean isPort(String text) {
        return text.isEmpty()
                || text.matches(":\\d{1,5}")
                        && Integer.parseInt(text.substring(1)) >= 1
                        && Integer.parseInt(text.substring(1)) <= 65_535;
    }

    static String withoutPassword(String uri) {
        int scheme = uri.indexOf("://");
        int authority = scheme < 0 ? 0 : scheme + 3;
        int at = uri.lastIndexOf('@');
        return at < authority ? uri : uri.substring(0, authority) + "***" + uri.substring(at);
    }

    static boolean isName(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST_NAME
                && text.chars().allMatch(c -> Hosts.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_');
    }
}
