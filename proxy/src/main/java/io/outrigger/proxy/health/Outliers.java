package io.outrigger.proxy.health;

import io.outrigger.config.OutlierDetectionConfig;
import io.outrigger.config.key.Durations;
import io.outrigger.proxy.balance.Ejection;
import io.outrigger.proxy.balance.Ejection.Reason;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.balance.EndpointSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.logging.Logger;

/**
 * Ejects the endpoints of an upstream that do worse than the others: after so many failures in a row at once, by success
 * rate and median latency at the end of each interval. Shared by all loops.
 */
public final class Outliers {
    private static final Logger LOG = Logger.getLogger(Outliers.class.getName());

    /** Is told of each ejection as it begins. */
    @FunctionalInterface
    interface Listener {
        void ejected(Endpoint endpoint, Ejection ejection);
    }

    private record Sample(Endpoint endpoint, Tally.Sum sum) {}

    private final String upstream;
    private final OutlierDetectionConfig config;
    private final EndpointSet endpoints;
    private final Ejections ejections;
    private final Predicate<Endpoint> ill;
    private final Listener listener;
    private final Map<Endpoint, Tally> tallies = new ConcurrentHashMap<>();

    /** @param ill whom attempts do not go to for another reason */
    Outliers(
            String upstream,
            OutlierDetectionConfig config,
            EndpointSet endpoints,
            Ejections ejections,
            Predicate<Endpoint> ill,
            Listener listener) {
        this.upstream = upstream;
        this.config = config;
        this.endpoints = endpoints;
        this.ejections = ejections;
        this.ill = ill;
        this.listener = listener;
    }

    OutlierDetectionConfig config() {
        return config;
    }

    // ---- on loops; what an ejected endpoint does is not counted, so that it comes back with nothing against it

    /** The head of a good response has come; the time from the last byte of the request to it, negative when unknown. */
    void good(Endpoint endpoint, long latencyNanos, long now) {
        if (endpoint.standing().ejected(now)) {
            return;
        }
        Tally tally = tally(endpoint);
        tally.good();
        if (latencyNanos >= 0) {
            tally.took(latencyNanos);
        }
    }

    /** An attempt has failed, by what circuit breakers count as a failure. */
    void failed(Endpoint endpoint, long now) {
        if (endpoint.standing().ejected(now)) {
            return;
        }
        int row = tally(endpoint).failed();
        if (row >= config.consecutiveFailures()) {
            eject(endpoint, Reason.CONSECUTIVE_FAILURES, row + " failures in a row", now);
        }
    }

    private Tally tally(Endpoint endpoint) {
        Tally tally = tallies.get(endpoint);
        return tally != null ? tally : tallies.computeIfAbsent(endpoint, _ -> new Tally());
    }

    // ---- on the thread of the checks

    /** The interval is over. */
    void compare(long now) {
        tallies.keySet().removeIf(Endpoint::removed);
        List<Sample> samples = new ArrayList<>();
        for (Endpoint endpoint : endpoints.current()) {
            Tally tally = tallies.get(endpoint);
            if (tally != null) {
                samples.add(new Sample(endpoint, tally.take()));
            }
        }
        compare(
                Reason.SUCCESS_RATE,
                samples.stream()
                        .filter(one -> one.sum.calls() >= config.minRequests())
                        .toList(),
                sample -> sample.sum.failedPercent(),
                Comparison.ofFailures(config.deviation()),
                now);
        compare(
                Reason.LATENCY,
                samples.stream()
                        .filter(one -> one.sum.measured() >= config.minRequests())
                        .toList(),
                sample -> sample.sum.medianMicros(),
                Comparison.ofLatencies(config.deviation()),
                now);
    }

    /** The worst first, as there may be no place for all. */
    private void compare(Reason reason, List<Sample> samples, ToDoubleFunction<Sample> value, Comparison by, long now) {
        double[] values = samples.stream().mapToDouble(value).toArray();
        double[] than = by.worse(values);
        List<Integer> worse = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            if (!Double.isNaN(than[i])) {
                worse.add(i);
            }
        }
        worse.sort(Comparator.comparingDouble((Integer i) -> values[i]).reversed());
        for (int i : worse) {
            eject(samples.get(i).endpoint, reason, words(reason, values[i], than[i]), now);
        }
    }

    private static String words(Reason reason, double value, double than) {
        return reason == Reason.SUCCESS_RATE
                ? Math.round(value) + "% of its attempts failed, of the others' " + Math.round(than) + "%"
                : "its median latency is " + millis(value) + ", the others' " + millis(than);
    }

    private static String millis(double micros) {
        return Math.round(micros / 100) / 10.0 + "ms";
    }

    private void eject(Endpoint endpoint, Reason reason, String why, long now) {
        Ejection ejection = ejections.tryEject(endpoint, reason, config, ill, now);
        if (ejection != null) {
            tallies.remove(endpoint);
            LOG.info(() -> "upstream " + upstream + ": endpoint " + endpoint + " ejected for "
                    + text(ejection.untilNanos() - now) + ": " + why);
            listener.ejected(endpoint, ejection);
        }
    }

    private static String text(long nanos) {
        return Durations.format(Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(nanos)));
    }

    /** Endpoints have come or gone. */
    void trim(long now) {
        for (Endpoint endpoint : ejections.trim(config, now)) {
            LOG.info(() ->
                    "upstream " + upstream + ": endpoint " + endpoint + " takes part again: too few others are left");
        }
    }

    /** The time of an ejection is up. It has ended by itself; this tells of it. */
    void back(Endpoint endpoint, Ejection ejection) {
        if (!endpoint.removed() && endpoint.standing().ejection() == ejection) {
            endpoints.renew();
            LOG.info(() -> "upstream " + upstream + ": endpoint " + endpoint + " takes part again");
        }
    }
}
