package io.outrigger.proxy.route;

import io.outrigger.config.FaultMatch;
import io.outrigger.exchange.Request;
import java.util.Set;
import java.util.function.Predicate;

/** Which requests of a route faults are for. Immutable. */
public final class FaultMatcher implements Predicate<Request> {
    private final Set<String> methods; // none for all
    private final HeaderMatcher[] headers;

    public FaultMatcher(FaultMatch match) {
        this.methods = match.methods();
        this.headers = HeaderMatcher.of(match.headers());
    }

    @Override
    public boolean test(Request request) {
        return (methods.isEmpty() || methods.contains(request.method()))
                && HeaderMatcher.allMatch(headers, request.headers());
    }
}
