package io.outrigger.proxy.balance;

import io.outrigger.exchange.Request;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One after the other, over the whole process. Where weights differ, an endpoint is passed over in some rounds: with
 * W the greatest weight, one of weight w has its turn in exactly w of any W rounds, spread evenly (the static stride
 * scheduler of gRFC A58, with exact weights). Needs no lock, only a number that counts the turns. Shared by all loops.
 *
 * <p>Retries go round by themselves. If they took turns of the first attempts, then of two endpoints, one of them dead,
 * every first attempt would get the dead one and every retry the other.
 */
final class RoundRobin implements Balancer {
    private final AtomicLong firsts;
    private final AtomicLong retries;
    private volatile Round round = new Round(new Endpoint[0]); // replaced when another array comes

    /** With a start that differs by process, lest many that start together begin with the same endpoint. */
    RoundRobin(long start) {
        this.firsts = new AtomicLong(start);
        this.retries = new AtomicLong(start);
    }

    @Override
    public @Nullable Endpoint pick(Request request, Endpoint[] among, Predicate<? super Endpoint> avoided) {
        int count = among.length;
        if (count <= 1) {
            return count == 0 ? null : among[0];
        }
        Round current = round(among);
        AtomicLong turns = avoided == NONE ? firsts : retries;
        int last = 0;
        for (int i = 0; i < count; i++) { // the heaviest is never passed over, so a whole round finds one
            long turn = turns.getAndIncrement();
            last = (int) (turn % count);
            if (current.isTurnOf(last, turn / count) && !avoided.test(among[last])) {
                return among[last];
            }
        }
        for (int i = 0; i < count; i++) { // none but light ones is left, or other loops took their turns meanwhile
            Endpoint next = among[(last + i) % count];
            if (!avoided.test(next)) {
                return next;
            }
        }
        return among[last];
    }

    private Round round(Endpoint[] among) {
        Round known = round;
        if (known.among != among) {
            known = new Round(among);
            round = known;
        }
        return known;
    }

    /** The weights of an array of endpoints. Immutable. */
    private static final class Round {
        private final Endpoint[] among;
        private final int[] weights;
        private final int greatest;

        Round(Endpoint[] among) {
            this.among = among;
            this.weights = new int[among.length];
            int most = 1;
            for (int i = 0; i < among.length; i++) {
                weights[i] = among[i].weight();
                most = Math.max(most, weights[i]);
            }
            this.greatest = most;
        }

        /** Offsets by index keep the light ones from having their turns in the same rounds. */
        boolean isTurnOf(int index, long number) {
            long offset = (long) greatest * index / weights.length;
            return (weights[index] * (number % greatest) + offset) % greatest >= greatest - weights[index];
        }
    }
}
