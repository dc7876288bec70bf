package io.outrigger.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.outrigger.admin.Pages.Place;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides by its head whether a request may have what it asks for. Confined to one loop: that of the admin server.
 *
 * @param hosts the names that the port goes by; empty when any will do
 * @param token what most pages ask for; empty when everybody may see them
 */
record Gate(Pages pages, Optional<OwnHosts> hosts, Optional<BearerToken> token) {
    private static final String ABSOLUTE = "http://";

    /** What was decided. Immutable. */
    sealed interface Verdict {
        /** It gets this, whatever its body says. */
        record Refused(Content content) implements Verdict {}

        /** It may have what it asks for; its body is still to come. */
        record Admitted(Operation operation, Map<String, String> names, Map<String, List<String>> query, String accept)
                implements Verdict {
            Ask ask(byte[] body) {
                return new Ask(names, query, accept, body);
            }
        }
    }

    Verdict look(HttpRequest request) {
        String target = request.uri();
        String host = request.headers().get(HttpHeaderNames.HOST);
        if (target.regionMatches(true, 0, ABSOLUTE, 0, ABSOLUTE.length())) { // RFC 9112 §3.2.2
            int slash = target.indexOf('/', ABSOLUTE.length());
            host = target.substring(ABSOLUTE.length(), slash < 0 ? target.length() : slash);
            target = slash < 0 ? "/" : target.substring(slash);
        }
        int query = target.indexOf('?');
        Place place = pages.at(query < 0 ? target : target.substring(0, query));
        Content refusal = refusal(request, host, place);
        if (refusal != null) {
            return new Verdict.Refused(refusal);
        }
        if (place == null) {
            List<String> all =
                    pages.operations().stream().map(Operation::toString).toList();
            return new Verdict.Refused(Content.problem(404, "there is no page at this path", Map.of("pages", all)));
        }
        Operation operation = place.operation(request.method());
        if (operation == null) {
            return new Verdict.Refused(Content.problem(405, "the page is there for " + place.allow())
                    .with("allow", place.allow()));
        }
        Map<String, List<String>> parameters = parameters(target);
        if (parameters == null) {
            return new Verdict.Refused(Content.problem(400, "the query is malformed (expected: NAME=VALUE&…)"));
        }
        String accept = request.headers().get(HttpHeaderNames.ACCEPT, "");
        return new Verdict.Admitted(operation, place.names(), parameters, accept);
    }

    private static @Nullable Map<String, List<String>> parameters(String target) {
        try {
            return new QueryStringDecoder(target).parameters();
        } catch (IllegalArgumentException e) {
            return null; // nothing is encoded like that
        }
    }

    private @Nullable Content refusal(HttpRequest request, @Nullable String host, @Nullable Place place) {
        List<String> given = request.headers().getAll(HttpHeaderNames.HOST);
        boolean needed = request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0;
        if (given.size() > 1 || needed && given.isEmpty()) {
            return Content.problem(400, given.size() + " Host fields (expected: 1)");
        }
        if (hosts.isPresent() && host != null) {
            if (!hosts.get().ownHost(host)) {
                return Content.problem(
                        403, "the Host is foreign (expected: this port's address, localhost, or one of admin.hosts)");
            }
            for (String origin : request.headers().getAll(HttpHeaderNames.ORIGIN)) {
                if (!hosts.get().ownOrigin(origin, host)) {
                    return Content.problem(403, "the Origin is foreign (expected: this port itself)");
                }
            }
        }
        if (token.isPresent()
                && (place == null || place.needsToken(request.method()))
                && !token.get().accepts(request.headers().get(HttpHeaderNames.AUTHORIZATION))) {
            return Content.problem(401, "the bearer token is missing or wrong").with("www-authenticate", "Bearer");
        }
        return null;
    }
}
