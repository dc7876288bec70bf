package io.outrigger.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.outrigger.admin.Pages.Place;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a request may see the page that it asks for. Confined to one loop: that of the admin server.
 *
 * @param hosts the names that the port goes by; empty when any will do
 * @param token what most pages ask for; empty when everybody may see them
 */
record Gate(Pages pages, Optional<OwnHosts> hosts, Optional<BearerToken> token) {
    private static final String ABSOLUTE = "http://";

    /** Hands the answer over, now or later. */
    void answer(HttpRequest request, Consumer<Content> then) {
        String target = request.uri();
        String host = host(request);
        if (target.regionMatches(true, 0, ABSOLUTE, 0, ABSOLUTE.length())) { // RFC 9112 §3.2.2
            int slash = target.indexOf('/', ABSOLUTE.length());
            host = target.substring(ABSOLUTE.length(), slash < 0 ? target.length() : slash);
            target = slash < 0 ? "/" : target.substring(slash);
        }
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        Content refusal = refusal(request, host, path);
        if (refusal != null) {
            then.accept(refusal);
            return;
        }
        Place place = pages.at(path);
        if (place == null) {
            then.accept(Content.problem(404, "there is no page at this path (see /)"));
            return;
        }
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            then.accept(
                    Content.problem(405, "the page is there for GET and HEAD").with("allow", "GET, HEAD"));
            return;
        }
        String accept = request.headers().get(HttpHeaderNames.ACCEPT, "");
        place.page().show(new Ask(place.name(), accept), then);
    }

    private @Nullable Content refusal(HttpRequest request, @Nullable String host, String path) {
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
                && !pages.open(path)
                && !token.get().accepts(request.headers().get(HttpHeaderNames.AUTHORIZATION))) {
            return Content.problem(401, "the bearer token is missing or wrong").with("www-authenticate", "Bearer");
        }
        return null;
    }

    private static @Nullable String host(HttpRequest request) {
        return request.headers().get(HttpHeaderNames.HOST);
    }
}
