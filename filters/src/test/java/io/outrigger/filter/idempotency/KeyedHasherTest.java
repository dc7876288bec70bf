package io.outrigger.filter.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Held against the papers, in numbers of any size. */
class KeyedHasherTest {
    private static final BigInteger TWO_64 = BigInteger.TWO.pow(64);
    private static final int BLOCK = 1024;

    private final SplittableRandom random = new SplittableRandom(1);
    private final long[] secret = random.longs(2 + BLOCK / 8).toArray();
    private final KeyedHasher hasher = new KeyedHasher(secret);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 16, 127, 128, 129, 144, 1000, 1023, 1024, 1025, 1040, 2048, 2049, 10_000})
    void itIsWhatThePapersSay(int length) {
        for (int i = 0; i < 5; i++) {
            byte[] message = bytes(length);
            assertThat(digest(message)).isEqualTo(expected(message));
        }
        byte[] ones = new byte[length];
        Arrays.fill(ones, (byte) -1); // where sums carry
        assertThat(digest(ones)).isEqualTo(expected(ones));
    }

    @Test
    void piecesMakeNoDifferenceAndNothingIsLeftOfWhatWasBroken() {
        for (int i = 0; i < 200; i++) {
            byte[] message = bytes(random.nextInt(5000));
            hasher.begin();
            hasher.add(bytes(random.nextInt(3000)));
            hasher.begin(); // in place of an end
            int at = 0;
            while (at < message.length) {
                int end = random.nextInt(at, message.length) + 1;
                if (random.nextBoolean()) {
                    hasher.add(message, at, end);
                } else {
                    ByteBuf piece = Unpooled.wrappedBuffer(message, at, end - at);
                    hasher.add(piece);
                    assertThat(piece.readableBytes()).isEqualTo(end - at);
                }
                at = end;
            }
            assertThat(hasher.end()).isEqualTo(expected(message));
        }
    }

    @Test
    void zerosAtTheEndAreTold() {
        Set<Digest> all = new HashSet<>();
        for (int length = 0; length <= 3000; length++) {
            all.add(digest(new byte[length]));
        }
        assertThat(all).hasSize(3001);
    }

    @Test
    void eachBitCounts() {
        byte[] message = bytes(1500);
        Set<Digest> all = new HashSet<>();
        all.add(digest(message));
        for (int bit = 0; bit < 8 * message.length; bit++) {
            message[bit / 8] ^= (byte) (1 << bit % 8);
            all.add(digest(message));
            message[bit / 8] ^= (byte) (1 << bit % 8);
        }
        assertThat(all).hasSize(1 + 8 * message.length);
    }

    @Test
    void theProcessHasASecretOfItsOwn() {
        byte[] message = bytes(300);
        Hasher own = new KeyedHasher();
        own.begin();
        own.add(message);
        Digest first = own.end();
        Hasher other = new KeyedHasher();
        other.begin();
        other.add(message);
        assertThat(other.end()).isEqualTo(first).isNotEqualTo(digest(message));
    }

    private Digest digest(byte[] message) {
        hasher.begin();
        hasher.add(message);
        return hasher.end();
    }

    private Digest expected(byte[] message) {
        SipHash sip = new SipHash(secret[0], secret[1]);
        if (message.length <= KeyedHasher.SHORT) {
            ByteBuffer words = padded(message, 0, message.length);
            while (words.hasRemaining()) {
                sip.add(words.getLong());
            }
        } else {
            for (int from = 0; from < message.length; from += BLOCK) {
                BigInteger sum = nh(padded(message, from, Math.min(from + BLOCK, message.length)));
                sip.add(sum.longValue());
                sip.add(sum.shiftRight(64).longValue());
            }
        }
        sip.end(message.length);
        long first = sip.first();
        return Digest.of(first, sip.second());
    }

    private BigInteger nh(ByteBuffer words) {
        BigInteger sum = BigInteger.ZERO;
        for (int word = 2; words.hasRemaining(); word += 2) {
            sum = sum.add(factor(words, word).multiply(factor(words, word + 1)));
        }
        return sum;
    }

    private BigInteger factor(ByteBuffer words, int word) {
        return unsigned(words.getLong()).add(unsigned(secret[word])).mod(TWO_64);
    }

    private static BigInteger unsigned(long number) {
        return BigInteger.valueOf(number).mod(TWO_64);
    }

    /** With zeros, to a number of pairs of words. */
    private static ByteBuffer padded(byte[] message, int from, int to) {
        byte[] bytes = Arrays.copyOfRange(message, from, from + (to - from + 15) / 16 * 16);
        Arrays.fill(bytes, to - from, bytes.length, (byte) 0);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
