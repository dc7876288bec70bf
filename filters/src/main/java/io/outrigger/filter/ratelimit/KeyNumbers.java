package io.outrigger.filter.ratelimit;

import java.util.List;
import java.util.function.LongSupplier;

/**
 * Makes a number of the values of a header, so that they need not be kept: they may be long, or secret. Immutable.
 *
 * <p>The text as a polynomial at a random point, modulo the prime 2⁶¹ − 1: two texts of up to n characters have the same
 * number with a probability of n / 2⁶¹, whoever chose them, as long as the point is not known (Carter and Wegman,
 * Universal classes of hash functions, 1979).
 */
final class KeyNumbers {
    private static final long PRIME = (1L << 61) - 1;

    private final long point;
    private final long salt;

    KeyNumbers(LongSupplier random) {
        this.point = (random.getAsLong() >>> 3) % (PRIME - 1) + 1;
        this.salt = random.getAsLong() >>> 4;
    }

    /** @param owner tells those apart who have nothing in common, such as routes */
    long of(long owner, List<String> values) {
        long number = step(salt, owner >>> 4);
        for (String value : values) {
            for (int i = 0; i < value.length(); i++) {
                number = step(number, value.charAt(i) + 1);
            }
            number = step(number, 1 << 17); // no character: one value that looks like two is another
        }
        return step(number, 0); // the last character, too, is spread over all bits
    }

    private long step(long number, long next) {
        long high = Math.multiplyHigh(number, point);
        long low = number * point;
        long sum = (low & PRIME) + (high << 3 | low >>> 61) + next; // 2⁶¹ is 1
        sum = (sum & PRIME) + (sum >>> 61);
        return sum >= PRIME ? sum - PRIME : sum;
    }
}
