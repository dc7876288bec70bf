package io.outrigger.filter.idempotency;

import io.netty.buffer.ByteBuf;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Target;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the digests of one request, one after the other. What is there at once goes through an engine that all requests
 * of a thread share; a body that comes in pieces has one of its own. Confined to one loop.
 */
final class Hashing {
    private static final ThreadLocal<Engine> SHARED = ThreadLocal.withInitial(Engine::new);
    private static final Digest NOBODY = Digest.of(new byte[Digest.LENGTH]); // the hash of nothing that anybody has

    private @Nullable Request printed; // whose fingerprint is wanted; null before begin
    private @Nullable Engine own; // of a body in pieces; null where there is none
    private @Nullable Digest fingerprint; // of a body that came whole; null where it did not

    /** Fresh, whatever became of the one who had it before. */
    private static Engine shared() {
        Engine engine = SHARED.get();
        if (engine.begun) {
            engine.sha.reset();
        }
        engine.begun = true;
        return engine;
    }

    /** Of a route and a key. No route has a zero byte in its name. */
    static Digest place(String route, String key) {
        Engine engine = shared();
        engine.add(route.getBytes(StandardCharsets.UTF_8));
        engine.sha.update((byte) 0);
        engine.add(key.getBytes(StandardCharsets.ISO_8859_1));
        return engine.end();
    }

    /** Of all values of some headers, so that no two different lists of them are alike. */
    static Digest caller(Headers headers, HeaderName[] scope) {
        if (isNobody(headers, scope)) {
            return NOBODY;
        }
        Engine engine = shared();
        for (HeaderName name : scope) {
            List<String> values = headers.all(name);
            engine.number(values.size());
            for (String value : values) {
                engine.number(value.length());
                engine.add(value.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        return engine.end();
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
        printed = request;
    }

    /** The next bytes of the body, which stay where they are. */
    void add(ByteBuf bytes) {
        Request request = printed();
        Engine engine = own;
        if (engine == null && bytes.readableBytes() == request.body().length()) {
            engine = shared();
            engine.add(request);
            engine.add(bytes);
            fingerprint = engine.end();
            return;
        }
        if (engine == null) {
            engine = new Engine();
            engine.add(request);
            own = engine;
        }
        engine.add(bytes);
    }

    Digest end() {
        if (fingerprint != null) {
            return fingerprint;
        }
        Engine engine = own;
        if (engine == null) {
            engine = shared(); // for a request without a body
            engine.add(printed());
        }
        return engine.end();
    }

    private Request printed() {
        if (printed == null) {
            throw new IllegalStateException("no fingerprint was begun");
        }
        return printed;
    }

    /** A SHA-256 and the memory that it is fed from. Confined to one loop. */
    private static final class Engine {
        private static final int PIECE = 4096; // bytes

        final MessageDigest sha;
        private final byte[] piece = new byte[PIECE];
        private final byte[] digest = new byte[Digest.LENGTH];
        private boolean begun; // and not ended

        Engine() {
            try {
                sha = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e); // every Java has it
            }
        }

        void add(byte[] bytes) {
            sha.update(bytes);
        }

        void add(Request request) {
            Target target = request.target();
            byte[] method = request.method().getBytes(StandardCharsets.ISO_8859_1);
            int length = method.length + 1 + target.length() + 1; // neither has a zero byte in it
            byte[] head = length <= PIECE ? piece : new byte[length];
            System.arraycopy(method, 0, head, 0, method.length);
            head[method.length] = 0;
            target.copyTo(0, head, method.length + 1);
            head[length - 1] = 0;
            sha.update(head, 0, length);
        }

        /** By way of an array: given direct memory, the JDK makes an array for each piece. */
        void add(ByteBuf bytes) {
            int end = bytes.writerIndex();
            for (int at = bytes.readerIndex(); at < end; at += PIECE) {
                int length = Math.min(PIECE, end - at);
                bytes.getBytes(at, piece, 0, length);
                sha.update(piece, 0, length);
            }
        }

        void number(int number) {
            for (int shift = 24; shift >= 0; shift -= 8) {
                sha.update((byte) (number >>> shift));
            }
        }

        Digest end() {
            try {
                sha.digest(digest, 0, Digest.LENGTH);
            } catch (DigestException e) {
                throw new IllegalStateException(e); // there is room for it
            }
            begun = false;
            return Digest.of(digest);
        }
    }
}
