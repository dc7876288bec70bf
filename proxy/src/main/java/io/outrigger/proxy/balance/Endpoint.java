package io.outrigger.proxy.balance;

import io.netty.util.NetUtil;
import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Failure;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** One address that attempts are sent to, and how many of them are under way. Shared by all loops. */
public final class Endpoint {
    private final SocketAddress address;
    private final String name;
    private final String authority;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final PeakLatency latency = new PeakLatency();
    private final RecentFailures failures = new RecentFailures();
    private final Standing standing = new Standing();
    private volatile int weight;
    private volatile Optional<String> zone;
    private volatile boolean removed;

    /**
     * @param address an internet address that is resolved, or that of a Unix socket
     * @param authority what was configured: host and port, the host perhaps a name
     * @param weight from 1
     */
    public Endpoint(SocketAddress address, String authority, int weight, Optional<String> zone) {
        this.address = address;
        this.name = nameOf(address);
        this.authority = authority;
        this.weight = weight;
        this.zone = zone;
    }

    private static String nameOf(SocketAddress address) {
        if (address instanceof InetSocketAddress tcp && !tcp.isUnresolved()) {
            return NetUtil.toSocketAddressString(tcp);
        }
        if (address instanceof UnixDomainSocketAddress unix) {
            return "unix:" + unix.getPath();
        }
        throw new IllegalArgumentException("address: " + address + " (expected: resolved, or unix)");
    }

    public SocketAddress address() {
        return address;
    }

    /** The address as people read it: {@code 10.0.0.1:80}, {@code [::1]:80}, {@code unix:/run/app.sock}. */
    public String name() {
        return name;
    }

    /** The Host of a request that has none. */
    public String authority() {
        return authority;
    }

    /** Its share of the traffic, relative to the others' weights; from 1. */
    public int weight() {
        return weight;
    }

    public Optional<String> zone() {
        return zone;
    }

    /** The attempts that are under way. */
    public int inFlight() {
        return inFlight.get();
    }

    /** How slow it has been of late. */
    PeakLatency latency() {
        return latency;
    }

    /** How often it has failed of late. */
    RecentFailures failures() {
        return failures;
    }

    /** The head of a response to an attempt has come. */
    public void answered(Attempt attempt, int status, long now) {
        latency.answered(attempt, status, now);
        if (status >= 500) {
            failures.add(now);
        }
    }

    /** An attempt has ended with a failure, before its head or after it. */
    public void failed(Attempt attempt, Failure why, long now) {
        latency.failed(attempt, why, now);
        if (attempt.isToBlameFor(why)) {
            failures.add(now);
        }
    }

    /** What is held against it. */
    public Standing standing() {
        return standing;
    }

    /** An attempt was given to it. */
    public void begin() {
        inFlight.getAndIncrement();
    }

    /** An attempt that was given to it is over; once for each {@link #begin}. */
    public void end() {
        int before = inFlight.getAndDecrement();
        assert before > 0 : "ended more often than begun";
    }

    /** Whether its upstream has it no more: what is under way ends as usual, and its connections are not reused. */
    public boolean removed() {
        return removed;
    }

    void remove() {
        removed = true;
    }

    /** Takes over what the configuration now says of the same address; tells whether that is anything new. */
    boolean adopt(Endpoint other) {
        boolean changed = weight != other.weight || !zone.equals(other.zone);
        weight = other.weight;
        zone = other.zone;
        return changed;
    }

    @Override
    public String toString() {
        return name;
    }
}
