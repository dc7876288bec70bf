package io.outrigger.config;

import java.net.Inet6Address;

/** What may stand where a host is due: names and IP literals. */
final class Hosts {
    private Hosts() {}

    static boolean isHost(String text) {
        return isIpv6(text) || (looksLikeIpv4(text) ? isIpv4(text) : isName(text));
    }

    /** Labels of letters, digits, hyphens and (seen in clusters) underscores; a last dot ends a search list. */
    static boolean isName(String text) {
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        if (name.isEmpty() || name.length() > 253) {
            return false;
        }
        for (String label : name.split("\\.", -1)) {
            if (label.isEmpty() || label.length() > 63 || label.startsWith("-") || label.endsWith("-")) {
                return false;
            }
            if (!label.chars().allMatch(c -> isLetterOrDigit(c) || c == '-' || c == '_')) {
                return false;
            }
        }
        return true;
    }

    static boolean isLetterOrDigit(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    /** A last label of digits only is that of an address, not of a name (WHATWG URL §3.5). */
    private static boolean looksLikeIpv4(String text) {
        String last = text.substring(text.lastIndexOf('.') + 1);
        return !last.isEmpty() && last.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    static boolean isIpv4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            boolean digits =
                    !part.isEmpty() && part.length() <= 3 && part.chars().allMatch(c -> c >= '0' && c <= '9');
            if (!digits || Integer.parseInt(part) > 255 || part.length() > 1 && part.startsWith("0")) {
                return false;
            }
        }
        return true;
    }

    /** Without brackets and without a zone. */
    static boolean isIpv6(String text) {
        if (text.indexOf(':') < 0 || text.indexOf('%') >= 0 || text.indexOf('[') >= 0) {
            return false;
        }
        try {
            Inet6Address.ofLiteral(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static boolean isLoopback(String host) {
        return host.equals("localhost")
                || isIpv4(host) && host.startsWith("127.")
                || isIpv6(host) && Inet6Address.ofLiteral(host).isLoopbackAddress();
    }
}
