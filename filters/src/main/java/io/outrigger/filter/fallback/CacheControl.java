package io.outrigger.filter.fallback;

import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Request;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What Cache-Control says (RFC 9111 §5.2), as far as it matters for answers that are only given when the upstream
 * cannot: not how long one is fresh, but whether it may be kept, and for whom. Immutable.
 */
record CacheControl(Set<String> directives) {
    private static final HeaderName CACHE_CONTROL = HeaderName.of("cache-control");
    private static final HeaderName AUTHORIZATION = HeaderName.of("authorization");
    private static final HeaderName COOKIE = HeaderName.of("cookie");
    private static final HeaderName SET_COOKIE = HeaderName.of("set-cookie");

    /** Forbid keeping (§5.2.2.5, §5.2.2.7), or giving away what is not fresh (§4.2.4). */
    private static final List<String> FORBIDDING =
            List.of("no-store", "private", "no-cache", "must-revalidate", "proxy-revalidate");

    static CacheControl of(Headers headers) {
        Set<String> names = new HashSet<>();
        for (String value : headers.all(CACHE_CONTROL)) {
            add(value, names);
        }
        return new CacheControl(names);
    }

    /** The names of the directives, in lower case; commas in quoted arguments divide nothing. */
    private static void add(String value, Set<String> names) {
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i <= value.length(); i++) {
            char c = i == value.length() ? ',' : value.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted) {
                i++;
            } else if (c == ',' && (!quoted || i >= value.length())) {
                String directive = value.substring(from, Math.min(i, value.length()));
                int end = directive.indexOf('=');
                names.add((end < 0 ? directive : directive.substring(0, end))
                        .strip()
                        .toLowerCase(Locale.ROOT));
                from = i + 1;
            }
        }
        if (quoted) {
            names.add("no-store"); // who cannot be understood may have meant that
        }
    }

    boolean isPublic() {
        return directives.contains("public");
    }

    /** Whether a response with these fields may be given to others, and when it is no longer fresh. */
    boolean allowsKeeping(Request request, Headers response) {
        if (FORBIDDING.stream().anyMatch(directives::contains)
                || of(request.headers()).directives.contains("no-store")
                || StaleStore.Place.variesByAnything(response)) {
            return false;
        }
        return isPublic() || !isPersonal(request) && !response.has(SET_COOKIE);
    }

    /** Whether the request tells who sends it. */
    static boolean isPersonal(Request request) {
        return request.headers().has(AUTHORIZATION) || request.headers().has(COOKIE);
    }
}
