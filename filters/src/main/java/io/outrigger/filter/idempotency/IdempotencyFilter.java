package io.outrigger.filter.idempotency;

import io.outrigger.config.IdempotencyConfig;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Filter;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

/** Makes requests that carry a key happen once: others with the same key get the answer of the first. Immutable. */
public final class IdempotencyFilter implements Filter {
    private final byte[] route; // in UTF-8
    private final IdempotencyConfig config;
    private final String[] methods;
    private final HeaderName header;
    private final HeaderName[] scope;
    private final Claim.Lost lost;
    private final KeyStore store;
    private final BufferBudget buffers;
    private final IdempotencyMeters meters;
    private final LongSupplier token;

    /**
     * @param route whose keys these are
     * @param buffers of the process
     * @param token gives another number each time, not 0; called on all loops
     */
    public IdempotencyFilter(
            String route,
            IdempotencyConfig config,
            KeyStore store,
            BufferBudget buffers,
            IdempotencyMeters meters,
            LongSupplier token) {
        this.route = route.getBytes(StandardCharsets.UTF_8);
        this.config = config;
        this.methods = config.methods().toArray(String[]::new);
        this.header = HeaderName.of(config.header());
        this.scope = config.scope().stream().map(HeaderName::of).toArray(HeaderName[]::new);
        this.lost = lost(config);
        this.store = store;
        this.buffers = buffers;
        this.meters = meters;
        this.token = token;
    }

    private static Claim.Lost lost(IdempotencyConfig config) {
        if (config.upstreamHonoursKey()) {
            return Claim.Lost.AGAIN;
        }
        return switch (config.unknown()) {
            case HOLD -> Claim.Lost.HOLD;
            case RELEASE -> Claim.Lost.FORGET;
        };
    }

    @Override
    public Reply apply(Exchange exchange, Request request, Service next) {
        if (!hasKeys(request.method())) {
            return next.send(exchange, request);
        }
        String field = request.headers().get(header);
        if (field == null) {
            return config.required()
                    ? refuse(request, Kind.KEY_MISSING, "no " + config.header() + " (expected: one)")
                    : next.send(exchange, request);
        }
        String key = request.headers().count(header) == 1 ? KeyText.parse(field) : null;
        if (key == null) {
            return refuse(
                    request,
                    Kind.KEY_MALFORMED,
                    config.header() + " (expected: once, a quoted string or 1 to 255 visible characters)");
        }
        return new Keyed(this, exchange, request, next).begin(key);
    }

    private boolean hasKeys(String method) {
        for (String one : methods) {
            if (one.equals(method)) {
                return true;
            }
        }
        return false;
    }

    private static Reply refuse(Request request, Kind kind, String detail) {
        Failure why = Failure.of(kind, detail);
        request.body().discard(why);
        return Reply.failed(why);
    }

    /** What a request wants to own that has been read whole. */
    Claim claim(KeyId id, Digest fingerprint) {
        return new Claim(id, fingerprint, token.getAsLong(), config.lease(), config.keepFor(), lost);
    }

    KeyId id(Request request, String key) {
        Digests digests = store.digests();
        return new KeyId(Hashing.place(digests, route, key), Hashing.caller(digests, request.headers(), scope));
    }

    IdempotencyConfig config() {
        return config;
    }

    KeyStore store() {
        return store;
    }

    BufferBudget buffers() {
        return buffers;
    }

    IdempotencyMeters meters() {
        return meters;
    }
}
