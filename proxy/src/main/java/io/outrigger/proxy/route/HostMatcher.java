package io.outrigger.proxy.route;

import io.outrigger.config.HostMatch;
import java.util.List;

/** Compares the host of a request with the names that a route wants, without port and without case. Immutable. */
final class HostMatcher {
    private final String[] exact;
    private final String[] suffixes; // each with its first dot

    HostMatcher(List<HostMatch> hosts) {
        exact = hosts.stream()
                .filter(HostMatch.Exact.class::isInstance)
                .map(host -> withoutLastDot(((HostMatch.Exact) host).host()))
                .toArray(String[]::new);
        suffixes = hosts.stream()
                .filter(HostMatch.Wildcard.class::isInstance)
                .map(host -> withoutLastDot(((HostMatch.Wildcard) host).suffix()))
                .toArray(String[]::new);
    }

    /** Whether the name in that part of the text, as {@link #nameFrom} and {@link #nameTo} tell, is a wanted one. */
    boolean matches(String host, int from, int to) {
        int length = to - from;
        for (String name : exact) {
            if (name.length() == length && host.regionMatches(true, from, name, 0, length)) {
                return true;
            }
        }
        for (String suffix : suffixes) {
            int rest = length - suffix.length();
            if (rest > 0 && host.regionMatches(true, from + rest, suffix, 0, suffix.length())) {
                return true;
            }
        }
        return false;
    }

    /** Where the name begins in {@code name:port} or {@code [address]:port}. */
    static int nameFrom(String host) {
        return host.startsWith("[") ? 1 : 0;
    }

    /** Where the name ends; a last dot, which only says that the name is complete, is no part of it. */
    static int nameTo(String host) {
        int end = host.indexOf(host.startsWith("[") ? ']' : ':');
        end = end < 0 ? host.length() : end;
        return end > 0 && host.charAt(end - 1) == '.' ? end - 1 : end;
    }

    private static String withoutLastDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
