package io.outrigger.proxy.route;

import com.google.re2j.Pattern;
import io.outrigger.config.ValueMatch;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares the fields of one name with what a route wants: one of them has to match. Immutable. */
final class HeaderMatcher {
    private final HeaderName name;
    private final ValueMatch wanted;

    HeaderMatcher(String name, ValueMatch wanted) {
        this.name = HeaderName.of(name);
        this.wanted = wanted instanceof ValueMatch.Exact exact ? new ValueMatch.Exact(received(exact.value())) : wanted;
    }

    /** One for each name, in their order. */
    static HeaderMatcher[] of(Map<String, ValueMatch> wanted) {
        return wanted.entrySet().stream()
                .map(entry -> new HeaderMatcher(entry.getKey(), entry.getValue()))
                .toArray(HeaderMatcher[]::new);
    }

    static boolean allMatch(HeaderMatcher[] all, Headers headers) {
        for (HeaderMatcher one : all) {
            if (!one.matches(headers)) {
                return false;
            }
        }
        return true;
    }

    boolean matches(Headers headers) {
        return switch (wanted) {
            case ValueMatch.Present present -> headers.has(name) == present.wanted();
            case ValueMatch.Exact exact -> equalsOne(exact.value(), headers.get(name), headers);
            case ValueMatch.Regex regex -> fitsOne(regex.pattern(), headers.get(name), headers);
        };
    }

    private boolean equalsOne(String value, @Nullable String first, Headers headers) {
        return first != null && (first.equals(value) || headers.all(name).contains(value));
    }

    private boolean fitsOne(Pattern pattern, @Nullable String first, Headers headers) {
        if (first == null) {
            return false;
        }
        if (pattern.matcher(first).matches()) {
            return true;
        }
        for (String value : headers.all(name)) {
            if (pattern.matcher(value).matches()) {
                return true;
            }
        }
        return false;
    }

    /** A text of the configuration, as a field that carries it in UTF-8 is received: as ISO-8859-1. */
    private static String received(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
