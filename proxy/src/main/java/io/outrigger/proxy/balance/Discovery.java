package io.outrigger.proxy.balance;

import io.outrigger.config.UpstreamConfig;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.metrics.DnsMeters;
import io.outrigger.metrics.SharedCounter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Keeps an upstream's endpoints as its configuration says: literal addresses are there at once, a name stands for all
 * addresses that it resolves to, and for the last known ones when it does not. Shared by all loops.
 */
public final class Discovery implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Discovery.class.getName());

    private final String upstream;
    private final List<EndpointSource> sources; // guarded by this
    private final EndpointSet endpoints;
    private final CountDownLatch unanswered; // names that have not been looked up yet
    private final DnsMeters meters;
    private final LongSupplier clock; // nanoseconds
    private final SharedCounter successes = new SharedCounter();
    private final SharedCounter failures = new SharedCounter();
    private final List<Runnable> watches = new ArrayList<>(); // what ends them; guarded by this
    private boolean begun; // guarded by this
    private boolean closed; // guarded by this
    private volatile Failure none;

    private Discovery(UpstreamConfig config, EndpointSet endpoints, DnsMeters meters, LongSupplier clock) {
        this.upstream = config.name();
        this.endpoints = endpoints;
        this.meters = meters;
        this.clock = clock;
        long now = clock.getAsLong();
        this.sources = config.endpoints().stream()
                .map(one -> new EndpointSource(one, now))
                .toList();
        this.unanswered = new CountDownLatch(
                (int) sources.stream().filter(source -> !source.answered()).count());
        this.none = why(sources);
    }

    /** Looks up what is a name, and leaves the set as it is until told to begin. */
    public static Discovery of(
            UpstreamConfig config, EndpointSet endpoints, Resolver resolver, DnsMeters meters, LongSupplier clock) {
        Discovery discovery = new Discovery(config, endpoints, meters, clock);
        discovery.watch(resolver, config.dns().refresh());
        return discovery;
    }

    /**
     * Fills the set, and keeps it filled until closed. To be called when the configuration is in force and the one
     * before it is closed. What the set had before stays until every name has been looked up once, so that a changed
     * configuration leaves no gap.
     */
    public synchronized void begin() {
        begun = true;
        if (!watches.isEmpty()) {
            meters.show(upstream, this::ageSeconds, successes, failures);
        }
        publish();
    }

    /** The failure of a request that comes while there is no endpoint. */
    public Failure none() {
        return none;
    }

    /**
     * Waits until every name has been looked up once, whatever came of it. For before {@link #begin}, never on a loop.
     *
     * @return false when the time was up before
     */
    public boolean awaitAnswers(Duration atMost) throws InterruptedException {
        return unanswered.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Leaves the endpoints as they are. */
    @Override
    public synchronized void close() {
        closed = true;
        if (begun) {
            meters.forget(upstream);
        }
        watches.forEach(Runnable::run);
        watches.clear();
    }

    /** How old what is known of the names is, where it is oldest. */
    private synchronized double ageSeconds() {
        long now = clock.getAsLong();
        long oldest = 0;
        for (EndpointSource source : sources) {
            if (source.isName()) {
                oldest = Math.max(oldest, now - source.knownSinceNanos());
            }
        }
        return oldest / 1e9;
    }

    private synchronized void watch(Resolver resolver, Optional<Duration> every) {
        for (EndpointSource source : sources) {
            if (!source.answered()) {
                watches.add(resolver.watch(source.host(), every, resolution -> resolved(source, resolution)));
            }
        }
    }

    private synchronized void resolved(EndpointSource source, Resolution resolution) {
        if (closed) {
            return; // the set may be another's by now
        }
        boolean first = !source.answered();
        if (resolution.failed() != source.failed()) {
            LOG.log(resolution.failed() ? Level.WARNING : Level.INFO, () -> change(source.host(), resolution));
        }
        (resolution.failed() ? failures : successes).increment();
        source.resolved(resolution, clock.getAsLong());
        publish();
        if (first) {
            unanswered.countDown();
        }
    }

    private String change(String host, Resolution resolution) {
        String name = "upstream " + upstream + ": " + host;
        int known = resolution.addresses().size();
        return resolution.failed()
                ? name + " does not resolve (" + resolution.trouble() + "), keeping the " + known
                        + " addresses that are known"
                : name + " resolves again, to " + known + " addresses";
    }

    private synchronized void publish() {
        List<Endpoint> next = new ArrayList<>();
        boolean complete = true;
        for (EndpointSource source : sources) {
            next.addAll(source.endpoints());
            complete &= source.answered();
        }
        if (!complete) {
            next.addAll(List.of(endpoints.current())); // a predecessor's, or what is in next already
        }
        none = why(sources);
        if (begun && endpoints.replace(next)) {
            LOG.info(() -> "upstream " + upstream + ": endpoints " + List.of(endpoints.current()));
        }
    }

    private Failure why(List<EndpointSource> from) {
        for (EndpointSource source : from) {
            if (source.failed()) {
                return Failure.of(Kind.DNS_FAILED, "upstream " + upstream + ": " + source.host() + " does not resolve");
            }
        }
        return Failure.of(Kind.NO_ENDPOINT, "upstream " + upstream + " has no endpoint");
    }
}
