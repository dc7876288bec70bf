package io.outrigger.filter.idempotency;

import io.netty.buffer.ByteBuf;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Request;
import org.jspecify.annotations.Nullable;

/**
 * Makes the digests of one request, one after the other. What is there at once goes through a hasher that all requests of
 * a thread share; a body that comes in pieces has one of its own. Confined to one loop.
 */
final class Hashing {
    private static final Digest NOBODY = Digest.of(new byte[Digest.LENGTH]); // the hash of nothing that anybody has
    private static final byte BETWEEN = 0; // no route has it in its name, and no method or target

    private final Digests digests;
    private @Nullable Request printed; // whose fingerprint is wanted; null before begin
    private @Nullable Hasher own; // of a body in pieces; null where there is none
    private @Nullable Digest fingerprint; // of a body that came whole; null where it did not

    Hashing(Digests digests) {
        this.digests = digests;
    }

    /** Of a route, in UTF-8, and a key. */
    static Digest place(Digests digests, byte[] route, String key) {
        Hasher hasher = digests.begin();
        hasher.add(route);
        hasher.add(BETWEEN);
        hasher.add(key);
        return hasher.end();
    }

    /** Of all values of some headers, so that no two different lists of them are alike. */
    static Digest caller(Digests digests, Headers headers, HeaderName[] scope) {
        Hasher hasher = null;
        for (int i = 0; i < scope.length; i++) {
            int values = headers.count(scope[i]);
            if (hasher == null && values > 0) {
                hasher = digests.begin();
                for (int before = 0; before < i; before++) {
                    hasher.add(0);
                }
            }
            if (hasher != null) {
                add(hasher, headers, scope[i], values);
            }
        }
        return hasher == null ? NOBODY : hasher.end();
    }

    private static void add(Hasher hasher, Headers headers, HeaderName name, int values) {
        hasher.add(values);
        if (values > 0) {
            headers.forEachValue(name, (bytes, from, to) -> {
                hasher.add(to - from);
                hasher.add(bytes, from, to);
            });
        }
    }

    /** Begins a fingerprint, which {@link #add} goes on with and {@link #end} ends. */
    void begin(Request request) {
        printed = request;
    }

    /** The next bytes of the body, which stay where they are. */
    void add(ByteBuf bytes) {
        Request request = printed();
        Hasher hasher = own;
        if (hasher == null && bytes.readableBytes() == request.body().length()) {
            hasher = digests.begin();
            add(hasher, request);
            hasher.add(bytes);
            fingerprint = hasher.end();
            return;
        }
        if (hasher == null) {
            hasher = digests.own();
            add(hasher, request);
            own = hasher;
        }
        hasher.add(bytes);
    }

    Digest end() {
        if (fingerprint != null) {
            return fingerprint;
        }
        Hasher hasher = own;
        if (hasher == null) {
            hasher = digests.begin(); // for a request without a body
            add(hasher, printed());
        }
        return hasher.end();
    }

    private static void add(Hasher hasher, Request request) {
        hasher.add(request.method());
        hasher.add(BETWEEN);
        hasher.add(request.target());
        hasher.add(BETWEEN);
    }

    private Request printed() {
        if (printed == null) {
            throw new IllegalStateException("no fingerprint was begun");
        }
        return printed;
    }
}
