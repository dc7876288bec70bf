package io.outrigger.filter.ratelimit;

import io.outrigger.config.RateLimitConfig;
import io.outrigger.exchange.Deferred;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import io.outrigger.metrics.Counter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Answers 429 for what comes faster than its route allows over all sidecars together. While the store cannot be asked,
 * each goes by its own bucket: a limit that is too generous for a while does less harm than an outage. Immutable.
 */
public final class SharedRateLimitFilter implements Filter {
    private final String route;
    private final RateLimitConfig config;
    private final Optional<HeaderName> header;
    private final SharedBuckets shared;
    private final RouteBuckets own;
    private final Rejections rejections;
    private final Counter locally;

    /**
     * Limits a route.
     *
     * @param own for when the store fails
     * @param locally counts what was decided by them
     */
    public SharedRateLimitFilter(
            String route,
            RateLimitConfig config,
            SharedBuckets shared,
            RouteBuckets own,
            Rejections rejections,
            Counter locally) {
        this.route = route;
        this.config = config;
        this.header = config.key().map(key -> HeaderName.of(key.header()));
        this.shared = shared;
        this.own = own;
        this.rejections = rejections;
        this.locally = locally;
    }

    @Override
    public Reply apply(Exchange exchange, Request request, Service next) {
        Deferred rest = new Deferred(() -> next.send(exchange, request));
        shared.take(bucket(request.headers()), config, exchange.loop(), new SharedBuckets.Taking() {
            @Override
            public void taken() {
                rest.start();
            }

            @Override
            public void empty(long waitNanos) {
                rest.giveUp(rejections.of(exchange, waitNanos));
            }

            @Override
            public void failed(String why) {
                locally.increment(exchange.loop().index());
                exchange.note("rateLimit", "local", why, 0);
                long now = exchange.nanoTime();
                long waitNanos = own.of(request.headers(), now).tryTake(config, now);
                if (waitNanos == 0) {
                    taken();
                } else {
                    empty(waitNanos);
                }
            }
        });
        return rest.reply();
    }

    /** The route, and a hash of the caller, which may be secret. */
    private String bucket(Headers fields) {
        if (header.isEmpty() || !fields.has(header.get())) {
            return route;
        }
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            for (String value : fields.all(header.get())) {
                hash.update(value.getBytes(StandardCharsets.UTF_8));
                hash.update((byte) 0); // no character of a field: one value that looks like two is another
            }
            return route + ":" + HexFormat.of().formatHex(hash.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
