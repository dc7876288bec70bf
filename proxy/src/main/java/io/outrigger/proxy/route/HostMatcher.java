package io.outrigger.proxy.route;

import io.outrigger.config.HostMatch;
import java.util.Arrays;
import java.util.List;

/** Compares the host of a request with the names that a route wants, without port and without case. Immutable. */
final class HostMatcher {
    private final String[] names;
    private final int[] hashes; // of the names
    private final String[] suffixes; // each with its first dot

    HostMatcher(List<HostMatch> hosts) {
        names = hosts.stream()
                .filter(HostMatch.Exact.class::isInstance)
                .map(host -> withoutLastDot(((HostMatch.Exact) host).host()))
                .toArray(String[]::new);
        hashes = Arrays.stream(names).mapToInt(RequestedHost::hash).toArray();
        suffixes = hosts.stream()
                .filter(HostMatch.Wildcard.class::isInstance)
                .map(host -> withoutLastDot(((HostMatch.Wildcard) host).suffix()))
                .toArray(String[]::new);
    }

    boolean matches(RequestedHost host) {
        for (int i = 0; i < names.length; i++) {
            if (host.is(names[i], hashes[i])) {
                return true;
            }
        }
        for (String suffix : suffixes) {
            if (host.endsWith(suffix)) {
                return true;
            }
        }
        return false;
    }

    private static String withoutLastDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
