package io.outrigger.proxy.balance;

import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Request;
import java.util.Arrays;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The same value of a header goes to the same endpoint, in every process that has the same endpoints, and when one
 * comes or goes few values move (Karger et al., Consistent Hashing and Random Trees, 1997). A request without the
 * header goes to any endpoint, by weight. Shared by all loops.
 */
final class RingHash implements Balancer {
    private final HeaderName header;
    private final WeightedRandom random;
    private volatile Ring ring = new Ring(new Endpoint[0]); // replaced when another array comes

    RingHash(HeaderName header, LongUnaryOperator randomBelow) {
        this.header = header;
        this.random = new WeightedRandom(randomBelow);
    }

    @Override
    public @Nullable Endpoint pick(Request request, Endpoint[] among, Predicate<? super Endpoint> avoided) {
        String value = among.length > 1 ? request.headers().get(header) : null;
        return value == null ? random.draw(among, avoided) : ring(among).at(hash(value), avoided);
    }

    private Ring ring(Endpoint[] among) {
        Ring known = ring;
        if (known.among != among) {
            known = new Ring(among);
            ring = known;
        }
        return known;
    }

    /** FNV-1a, and then the finalizer of SplitMix64, for FNV leaves the upper bits of short texts alike. */
    static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return mix(hash);
    }

    private static long mix(long bits) {
        bits = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
        bits = (bits ^ bits >>> 27) * 0x94d049bb133111ebL;
        return bits ^ bits >>> 31;
    }

    /**
     * Points on a circle, each owned by an endpoint; a value belongs to the next point behind its hash. A point is a
     * long: the upper bits are the place, the lower the owner's index. Immutable.
     */
    private static final class Ring {
        private static final int POINTS = 256; // of the heaviest: shares are then off by about 1/16
        private static final int MOST = 1 << 15; // in all, 256 KiB; but every endpoint has at least one
        private static final int OWNER_BITS = 20;
        private static final long OWNER = (1 << OWNER_BITS) - 1;
        private static final long GOLDEN = 0x9e3779b97f4a7c15L; // the step of SplitMix64

        private final Endpoint[] among;
        private final long[] points; // ascending

        Ring(Endpoint[] among) {
            this.among = among;
            long greatest = 1;
            long sum = 0;
            for (Endpoint endpoint : among) {
                greatest = Math.max(greatest, endpoint.weight());
                sum += endpoint.weight();
            }
            double each = Math.min((double) POINTS / greatest, (double) MOST / Math.max(sum, 1)); // per unit of weight
            int[] counts = new int[among.length];
            for (int i = 0; i < among.length; i++) {
                counts[i] = Math.max(1, (int) (each * among[i].weight()));
            }
            this.points = new long[Arrays.stream(counts).sum()];
            int at = 0;
            for (int i = 0; i < among.length; i++) {
                long seed = hash(among[i].name());
                for (int k = 0; k < counts[i]; k++) {
                    points[at++] = mix(seed + k * GOLDEN) & ~OWNER | i & OWNER;
                }
            }
            Arrays.sort(points);
        }

        Endpoint at(long hash, Predicate<? super Endpoint> avoided) {
            int found = Arrays.binarySearch(points, hash & ~OWNER);
            int first = found >= 0 ? found : -found - 1;
            for (int i = 0; i < points.length; i++) {
                Endpoint owner = owner(first + i);
                if (!avoided.test(owner)) {
                    return owner;
                }
            }
            return owner(first);
        }

        private Endpoint owner(int index) {
            return among[(int) (points[index % points.length] & OWNER)];
        }
    }
}
