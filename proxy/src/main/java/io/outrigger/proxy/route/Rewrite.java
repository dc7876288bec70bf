package io.outrigger.proxy.route;

import io.outrigger.config.RewriteConfig;
import io.outrigger.config.RouteConfig;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import io.outrigger.exchange.Target;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Gives the upstream another path or Host than the client asked for. What the match covered of the path is replaced:
 * the prefix; the whole path where it is matched as a whole (exact, template, regex); nothing where any path matches,
 * so that the new prefix is put in front. The query stays. Immutable.
 */
final class Rewrite implements Filter {
    private final PathMatcher path;
    private final byte @Nullable [] prefix; // null when the path stays
    private final @Nullable String host; // null when the Host stays

    Rewrite(RouteConfig route, RewriteConfig config) {
        this.path = PathMatcher.of(route.match().path());
        this.prefix = config.prefix()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .orElse(null);
        this.host = config.host().orElse(null);
    }

    @Override
    public Reply apply(Exchange exchange, Request request, Service next) {
        return next.send(exchange, rewritten(request));
    }

    Request rewritten(Request request) {
        Request changed = prefix == null ? request : request.withTarget(rewritten(request.target(), prefix));
        return host == null ? changed : changed.withHeaders(changed.headers().with(Request.HOST, host));
    }

    /** Where the new prefix ends with a slash and the rest begins with one, there is one slash. */
    private Target rewritten(Target received, byte[] replacement) {
        Target target = DotSegments.resolve(received); // as the route saw it
        if (target.length() == 0 || target.at(0) != '/') {
            return received; // the server as a whole, *, has no path
        }
        int covered = path.covers(target);
        boolean slashes = covered < target.pathLength()
                && target.at(covered) == '/'
                && replacement[replacement.length - 1] == '/';
        int kept = slashes ? replacement.length - 1 : replacement.length;
        byte[] bytes = new byte[kept + target.length() - covered];
        System.arraycopy(replacement, 0, bytes, 0, kept);
        return new Target(bytes, 0, target.copyTo(covered, bytes, kept));
    }
}
