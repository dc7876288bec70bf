package io.outrigger.proxy.balance;

import io.outrigger.exchange.Request;
import java.util.Arrays;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Draws each endpoint as often as its weight says. Shared by all loops. */
final class WeightedRandom implements Balancer {
    private final LongUnaryOperator randomBelow;
    private volatile Lots lots = new Lots(new Endpoint[0]); // replaced when another array comes, by whoever sees it

    WeightedRandom(LongUnaryOperator randomBelow) {
        this.randomBelow = randomBelow;
    }

    @Override
    public @Nullable Endpoint pick(Request request, Endpoint[] among, Predicate<? super Endpoint> avoided) {
        return draw(among, avoided);
    }

    @Nullable
    Endpoint draw(Endpoint[] among, Predicate<? super Endpoint> avoided) {
        if (among.length <= 1) {
            return among.length == 0 ? null : among[0];
        }
        if (avoided != NONE) {
            Endpoint other = drawOther(among, avoided);
            if (other != null) {
                return other;
            }
        }
        Lots drawn = lots(among);
        long ticket = randomBelow.applyAsLong(drawn.total());
        return among[drawn.even ? (int) ticket : drawn.owner(ticket)];
    }

    /** Whether all weights are the same. */
    boolean even(Endpoint[] among) {
        return lots(among).even;
    }

    double meanWeight(Endpoint[] among) {
        Lots drawn = lots(among);
        return drawn.even ? among[0].weight() : (double) drawn.total() / among.length;
    }

    /** Goes over all of them, which is for the few attempts that are not the first of their exchange. */
    private @Nullable Endpoint drawOther(Endpoint[] among, Predicate<? super Endpoint> avoided) {
        long total = 0;
        for (Endpoint endpoint : among) {
            total += avoided.test(endpoint) ? 0 : endpoint.weight();
        }
        long ticket = total == 0 ? 0 : randomBelow.applyAsLong(total);
        Endpoint last = null;
        for (Endpoint endpoint : among) {
            if (!avoided.test(endpoint)) {
                last = endpoint; // the answer, too, when a weight was lowered since the sum was made
                ticket -= endpoint.weight();
                if (ticket < 0) {
                    return last;
                }
            }
        }
        return last;
    }

    private Lots lots(Endpoint[] among) {
        Lots known = lots;
        if (known.among != among) {
            known = new Lots(among);
            lots = known;
        }
        return known;
    }

    /** The tickets of each endpoint of an array: those below {@code upTo} of its index and not of an earlier one. Immutable. */
    private static final class Lots {
        private final Endpoint[] among;
        private final long[] upTo;
        private final boolean even;

        Lots(Endpoint[] among) {
            this.among = among;
            this.upTo = new long[among.length];
            boolean same = true;
            long sum = 0;
            for (int i = 0; i < among.length; i++) {
                int weight = among[i].weight();
                same &= weight == among[0].weight();
                sum += weight;
                upTo[i] = sum;
            }
            this.even = same;
        }

        long total() {
            return even ? among.length : upTo[upTo.length - 1];
        }

        int owner(long ticket) {
            int found = Arrays.binarySearch(upTo, ticket);
            return found >= 0 ? found + 1 : -found - 1;
        }
    }
}
