package io.outrigger.filter.idempotency;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Headers;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Target;
import java.security.MessageDigest;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HashingTest {
    private static final HeaderName[] SCOPE = {HeaderName.of("authorization"), HeaderName.of("x-tenant")};

    private final SplittableRandom random = new SplittableRandom(1);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1024, 4095, 4096, 4097, 8192, 100_000})
    void aFingerprintIsTheHashOfMethodTargetAndBodyInWhateverPieces(int length) throws Exception {
        byte[] body = new byte[length];
        random.nextBytes(body);
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        sha.update("POST\0/charge?a=1\0".getBytes(ISO_8859_1));
        Digest expected = Digest.of(sha.digest(body));

        hasFingerprint(Digests.SHARED, body, expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1024, 4095, 4096, 4097, 8192, 100_000})
    void oneOfTheProcessItselfIsThatOfTheSameBytes(int length) {
        byte[] body = new byte[length];
        random.nextBytes(body);
        Hasher hasher = Digests.OWN.begin();
        hasher.add("POST\0/charge?a=1\0".getBytes(ISO_8859_1));
        hasher.add(body);
        hasFingerprint(Digests.OWN, body, hasher.end());
    }

    private void hasFingerprint(Digests digests, byte[] body, Digest expected) {
        assertThat(fingerprint(digests, body, body.length)).as("whole").isEqualTo(expected);
        assertThat(fingerprint(digests, body, -1)).as("of unknown length").isEqualTo(expected);
        for (int i = 0; i < 10; i++) {
            assertThat(inPieces(digests, body)).as("in pieces").isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void requestsThatTakeTurnsDoNotDisturbEachOther(Digests digests) {
        byte[] body = new byte[3000];
        Hashing one = new Hashing(digests);
        one.begin(request(body.length));
        add(one, body, 0, 1000);
        assertThat(place(digests, "r", "k"))
                .isEqualTo(place(digests, "r", "k"))
                .isNotEqualTo(place(digests, "r", "k2"));
        Digest other = fingerprint(digests, body, body.length);
        add(one, body, 1000, 3000);
        assertThat(one.end()).isEqualTo(other);
    }

    @ParameterizedTest
    @EnumSource
    void whatOneRequestLeavesBehindIsNotPartOfTheNext(Digests digests) {
        byte[] body = new byte[10];
        Digest expected = fingerprint(digests, body, body.length);
        Hashing broken = new Hashing(digests);
        broken.begin(request(5));
        ByteBuf gone = Unpooled.directBuffer(5).writeZero(5);
        gone.release();
        assertThatThrownBy(() -> broken.add(gone)).isInstanceOf(RuntimeException.class);
        assertThat(fingerprint(digests, body, body.length)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void routeAndKeyAreToldApart(Digests digests) {
        assertThat(place(digests, "ab", "c")).isNotEqualTo(place(digests, "a", "bc"));
    }

    private static Digest place(Digests digests, String route, String key) {
        return Hashing.place(digests, route.getBytes(UTF_8), key);
    }

    @Test
    void namesInRedisStayWhatTheyAre() throws Exception {
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        byte[] name = "caf\u00e9\0key".getBytes(UTF_8);
        assertThat(place(Digests.SHARED, "caf\u00e9", "key")).isEqualTo(Digest.of(sha.digest(name)));
        // how many values, and each with its length
        byte[] first = "\0\0\0\1\0\0\0\3abc\0\0\0\0".getBytes(ISO_8859_1);
        byte[] second = "\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\1z".getBytes(ISO_8859_1);
        assertThat(caller(Digests.SHARED, "authorization", "abc")).isEqualTo(Digest.of(sha.digest(first)));
        assertThat(caller(Digests.SHARED, "x-tenant", "", "x-tenant", "z")).isEqualTo(Digest.of(sha.digest(second)));
    }

    @ParameterizedTest
    @EnumSource
    void callersAreKnownByAllValuesInTheirOrder(Digests digests) {
        assertThat(caller(digests, "a", "1")).isEqualTo(caller(digests)); // no header of the scope
        assertThat(caller(digests, "X-Tenant", "1"))
                .isEqualTo(caller(digests, "x-tenant", "1"))
                .isNotEqualTo(caller(digests));
        assertThat(caller(digests, "x-tenant", "1", "x-tenant", "2"))
                .isNotEqualTo(caller(digests, "x-tenant", "2", "x-tenant", "1"));
        assertThat(caller(digests, "x-tenant", "12")).isNotEqualTo(caller(digests, "x-tenant", "1", "x-tenant", "2"));
        assertThat(caller(digests, "authorization", "1")).isNotEqualTo(caller(digests, "x-tenant", "1"));
    }

    private static Digest caller(Digests digests, String... fields) {
        return Hashing.caller(digests, Headers.of(fields), SCOPE);
    }

    private static Digest fingerprint(Digests digests, byte[] body, long length) {
        Hashing hashing = new Hashing(digests);
        hashing.begin(request(length));
        if (body.length > 0) {
            add(hashing, body, 0, body.length);
        }
        return hashing.end();
    }

    private Digest inPieces(Digests digests, byte[] body) {
        Hashing hashing = new Hashing(digests);
        hashing.begin(request(body.length));
        int at = 0;
        while (at < body.length) {
            int end = random.nextInt(at + 1, body.length + 1);
            add(hashing, body, at, end);
            at = end;
        }
        return hashing.end();
    }

    private static void add(Hashing hashing, byte[] body, int from, int to) {
        ByteBuf bytes =
                Unpooled.directBuffer(3 + to - from).writeZero(3).skipBytes(3).writeBytes(body, from, to - from);
        hashing.add(bytes);
        assertThat(bytes.readableBytes()).isEqualTo(to - from);
        bytes.release();
    }

    private static Request request(long length) {
        Body body = new Body() {
            @Override
            public long length() {
                return length;
            }

            @Override
            public void pushTo(Sink sink) {
                throw new AssertionError();
            }

            @Override
            public void resume() {
                throw new AssertionError();
            }

            @Override
            public void discard(Failure why) {
                throw new AssertionError();
            }
        };
        return new Request("POST", Target.of("/charge?a=1"), Headers.NONE, body);
    }
}
