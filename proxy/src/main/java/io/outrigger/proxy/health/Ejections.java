package io.outrigger.proxy.health;

import io.outrigger.config.OutlierDetectionConfig;
import io.outrigger.proxy.balance.Ejection;
import io.outrigger.proxy.balance.Ejection.Reason;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.balance.EndpointSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Sees to it that no more of an upstream's endpoints are ejected at once than may be. Shared by all loops. */
public final class Ejections {
    /** Nobody can be ejected while the endpoints are these and the time is not up. Immutable. */
    private record Full(Endpoint[] all, long untilNanos) {}

    private final EndpointSet endpoints;
    private volatile @Nullable Full full; // null while there may be a place

    public Ejections(EndpointSet endpoints) {
        this.endpoints = endpoints;
    }

    /**
     * Ejects an endpoint; null when it is already, or is gone, or as many are as may be, or all others are ill.
     *
     * @param ill whom attempts do not go to for another reason
     */
    @Nullable
    Ejection tryEject(
            Endpoint endpoint, Reason reason, OutlierDetectionConfig config, Predicate<Endpoint> ill, long now) {
        Full seen = full; // where everything fails, loops come here with each failure
        if (seen != null && seen.all == endpoints.current() && now - seen.untilNanos < 0) {
            return null;
        }
        return eject(endpoint, reason, config, ill, now);
    }

    private synchronized @Nullable Ejection eject(
            Endpoint endpoint, Reason reason, OutlierDetectionConfig config, Predicate<Endpoint> ill, long now) {
        Endpoint[] all = endpoints.current();
        int ejected = 0;
        boolean well = false; // another one
        boolean unwell = false; // likewise, and not for being ejected
        long soonest = now + TimeUnit.MINUTES.toNanos(1);
        for (Endpoint one : all) {
            Ejection last = one.standing().ejection();
            if (last != null && !last.over(now)) {
                ejected++;
                soonest = last.untilNanos() - soonest < 0 ? last.untilNanos() : soonest;
            } else {
                well |= one != endpoint && !ill.test(one);
                unwell |= one != endpoint && ill.test(one);
            }
        }
        if (ejected >= most(all.length, config)) {
            full = new Full(all, soonest);
            return null;
        }
        if (unwell && !well || endpoint.removed() || endpoint.standing().ejected(now)) {
            return null;
        }
        Ejection next = Ejection.after(endpoint.standing().ejection(), reason, config, now);
        endpoint.standing().eject(next);
        endpoints.renew();
        return next;
    }

    /** Ends the oldest ejections where endpoints have left and more are ejected than may be; gives those that it ended. */
    synchronized List<Endpoint> trim(OutlierDetectionConfig config, long now) {
        Endpoint[] all = endpoints.current();
        List<Endpoint> ejected = new ArrayList<>();
        for (Endpoint one : all) {
            if (one.standing().ejected(now)) {
                ejected.add(one);
            }
        }
        ejected.sort(Comparator.comparingLong(one -> since(one, now)));
        int tooMany = Math.max(0, ejected.size() - most(all.length, config));
        List<Endpoint> ended = List.copyOf(ejected.subList(0, tooMany));
        ended.forEach(one -> one.standing().endEjection(now));
        if (tooMany > 0) {
            endpoints.renew();
        }
        return ended;
    }

    private static long since(Endpoint endpoint, long now) {
        Ejection last = endpoint.standing().ejection();
        return last == null ? 0 : last.sinceNanos() - now;
    }

    /** One of two or more always may be. */
    private static int most(int all, OutlierDetectionConfig config) {
        int share = (int) (all * config.maxEjected().percent() / 100);
        return all < 2 ? 0 : Math.max(1, share);
    }
}
