package io.outrigger.proxy.balance;

import io.outrigger.config.Balance;
import io.outrigger.exchange.HeaderName;
import io.outrigger.exchange.Request;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Picks the endpoint of an attempt. Shared by all loops. */
public interface Balancer {
    /** For a first attempt: every endpoint is as good as the others. */
    Predicate<Endpoint> NONE = _ -> false;

    /**
     * Picks one of these, by weight and by what the balancer knows of them. Allocates nothing as long as the same array
     * comes again and again.
     *
     * @param avoided the endpoints that are only picked when there is no other; {@link #NONE} for none
     * @return null when the array is empty
     */
    @Nullable
    Endpoint pick(Request request, Endpoint[] among, Predicate<? super Endpoint> avoided);

    /**
     * A balancer for one upstream, for the whole process.
     *
     * @param randomBelow is given a bound above all it returns; called on all loops
     * @param nanoTime the clock that the loops go by
     */
    static Balancer of(Balance balance, LongUnaryOperator randomBelow, LongSupplier nanoTime) {
        if (balance instanceof Balance.RingHash ring) {
            return new RingHash(HeaderName.of(ring.header()), randomBelow);
        }
        return switch ((Balance.Plain) balance) {
            case ROUND_ROBIN -> new RoundRobin(randomBelow.applyAsLong(1 << 16));
            case RANDOM -> new WeightedRandom(randomBelow);
            case LEAST_REQUEST -> new LeastRequest(randomBelow, nanoTime);
            case PEAK_EWMA -> new PeakEwma(randomBelow, nanoTime);
        };
    }
}
