package io.outrigger.proxy.route;

import io.outrigger.config.MatchConfig;
import io.outrigger.config.RouteConfig;
import io.outrigger.config.key.Words;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import io.outrigger.exchange.Target;
import org.jspecify.annotations.Nullable;

/** A route, ready to take requests: what it takes, and the chain of filters that it sends them through. Immutable. */
public final class CompiledRoute {
    private final RouteConfig config;
    private final Service service;
    private final @Nullable HostMatcher hosts; // null for all
    private final PathMatcher path;
    private final String[] methods; // none for all
    private final HeaderMatcher[] headers;
    private final QueryMatcher[] query;

    public CompiledRoute(RouteConfig config, Service service) {
        MatchConfig match = config.match();
        this.config = config;
        this.service = service;
        this.hosts = match.hosts().isEmpty() ? null : new HostMatcher(match.hosts());
        this.path = PathMatcher.of(match.path());
        this.methods = match.methods().toArray(String[]::new);
        this.headers = HeaderMatcher.of(match.headers());
        this.query = match.query().entrySet().stream()
                .map(entry -> new QueryMatcher(entry.getKey(), entry.getValue()))
                .toArray(QueryMatcher[]::new);
    }

    public String name() {
        return config.name();
    }

    public RouteConfig config() {
        return config;
    }

    /** The whole chain, outermost filter first. */
    public Service service() {
        return service;
    }

    boolean asksForHost() {
        return hosts != null;
    }

    /**
     * Whether this route takes the request. What costs least is asked first.
     *
     * @param target the request's, without dot segments
     * @param host the request's; null when it has none, or when no route of the table asks for it
     */
    boolean takes(Request request, Target target, @Nullable RequestedHost host) {
        return takesMethod(request.method())
                && path.matches(target)
                && (hosts == null || host != null && hosts.matches(host))
                && takesQuery(target)
                && HeaderMatcher.allMatch(headers, request.headers());
    }

    /** Why it does not take the request, asked of the same matchers in the same order; null when it does. */
    @Nullable
    String whyNot(Request request, Target target, @Nullable RequestedHost host) {
        MatchConfig match = config.match();
        if (!takesMethod(request.method())) {
            return "method " + request.method() + " (expected: " + Words.or(match.methods()) + ")";
        }
        if (!path.matches(target)) {
            return "path " + target.path() + " (expected: " + MatchText.of(match.path()) + ")";
        }
        if (hosts != null && (host == null || !hosts.matches(host))) {
            return "host " + (request.host() == null ? "absent" : request.host()) + " (expected: "
                    + MatchText.of(match.hosts()) + ")";
        }
        int i = 0;
        for (var wanted : match.query().entrySet()) {
            if (!query[i++].matches(target)) {
                return "parameter " + wanted.getKey() + " (expected: " + MatchText.of(wanted.getValue()) + ")";
            }
        }
        i = 0;
        for (var wanted : match.headers().entrySet()) {
            if (!headers[i++].matches(request.headers())) {
                String expected = match.hides(wanted.getKey()) ? "a secret" : MatchText.of(wanted.getValue());
                return "header " + wanted.getKey() + " (expected: " + expected + ")";
            }
        }
        return null;
    }

    /** As its upstream would be asked. */
    public Request rewritten(Request request) {
        return config.rewrite()
                .map(rewrite -> new Rewrite(config, rewrite).rewritten(request))
                .orElse(request);
    }

    private boolean takesMethod(String method) {
        for (String wanted : methods) {
            if (wanted.equals(method)) {
                return true;
            }
        }
        return methods.length == 0;
    }

    private boolean takesQuery(Target target) {
        for (QueryMatcher matcher : query) {
            if (!matcher.matches(target)) {
                return false;
            }
        }
        return true;
    }
}
