package io.outrigger.filter.idempotency;

import io.netty.buffer.ByteBuf;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Target;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** Makes the digests of one request, one after the other. Confined to one loop. */
final class Hashing {
    private static final MessageDigest FRESH = fresh(); // never fed; a copy is made faster than a new one

    private static final Digest NOBODY = Digest.of(new byte[Digest.LENGTH]); // the hash of nothing that anybody has

    private final MessageDigest sha;

    Hashing() {
        try {
            sha = (MessageDigest) FRESH.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MessageDigest fresh() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /** Of a route and a key. No route has a zero byte in its name. */
    Digest place(String route, String key) {
        sha.update(route.getBytes(StandardCharsets.UTF_8));
        sha.update((byte) 0);
        sha.update(key.getBytes(StandardCharsets.ISO_8859_1));
        return end();
    }

    /** Of all values of some headers, so that no two different lists of them are alike. */
    Digest caller(Headers headers, HeaderName[] scope) {
        if (isNobody(headers, scope)) {
            return NOBODY;
        }
        for (HeaderName name : scope) {
            List<String> values = headers.all(name);
            number(values.size());
            for (String value : values) {
                number(value.length());
                sha.update(value.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        return end();
    }

    private static boolean isNobody(Headers headers, HeaderName[] scope) {
        for (HeaderName name : scope) {
            if (headers.has(name)) {
                return false;
            }
        }
        return true;
    }

    /** Begins a fingerprint, which {@link #add} goes on with and {@link #end} ends. */
    void begin(Request request) {
        Target target = request.target();
        byte[] method = request.method().getBytes(StandardCharsets.ISO_8859_1);
        byte[] head = new byte[method.length + 1 + target.length() + 1]; // neither has a zero byte in it
        System.arraycopy(method, 0, head, 0, method.length);
        target.copyTo(0, head, method.length + 1);
        sha.update(head);
    }

    /** The next bytes of the body, which stay where they are. */
    void add(ByteBuf bytes) {
        if (bytes.hasArray()) {
            sha.update(bytes.array(), bytes.arrayOffset() + bytes.readerIndex(), bytes.readableBytes());
        } else {
            sha.update(bytes.nioBuffer());
        }
    }

    Digest end() {
        return Digest.of(sha.digest());
    }

    private void number(int number) {
        sha.update(new byte[] {(byte) (number >>> 24), (byte) (number >>> 16), (byte) (number >>> 8), (byte) number});
    }
}
