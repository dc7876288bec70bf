package io.outrigger.proxy.balance;

import io.outrigger.proxy.balance.NameService.Found;
import io.outrigger.proxy.balance.NameService.Records;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks names up, again and again: when the TTL of the answer ends, or as often as it is told. A look-up that fails is
 * repeated after a second, then after ever longer pauses up to the ordinary one. Costs nothing until the first name is
 * there. Shared by all loops.
 */
public final class Resolver implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Resolver.class.getName());
    private static final Duration SHORTEST = Duration.ofSeconds(1); // of what TTLs say, and after a failure
    private static final Duration LONGEST = Duration.ofSeconds(30); // likewise
    private static final int MOST_DOUBLINGS = 10;

    private final Supplier<? extends NameService> open;
    private @Nullable NameService names; // null before the first watch; guarded by this
    private volatile boolean closed;
    private final Set<Watch> watches = new LinkedHashSet<>(); // guarded by this

    /** Opens the name service when the first name is to be watched, and closes it in the end. */
    public Resolver(Supplier<? extends NameService> open) {
        this.open = open;
    }

    /**
     * Looks a name up until told not to.
     *
     * @param every the pause between look-ups; empty for what the answers say, within 1 s and 30 s
     * @param listener is told the outcome of each, on the thread of the name service; and before this returns what
     *     another watch of that name found
     * @return ends the watch; of a look-up that is under way the listener may still hear
     */
    Runnable watch(String name, Optional<Duration> every, Consumer<? super Resolution> listener) {
        Watch watch;
        Resolution known;
        synchronized (this) {
            if (closed) {
                return () -> {};
            }
            if (names == null) {
                names = open.get();
            }
            watch = new Watch(names, name, every, listener);
            known = known(name);
            watches.add(watch);
        }
        if (known != null) {
            watch.found(known);
        }
        watch.lookUpAfter(Duration.ZERO);
        return watch::end;
    }

    /** Nobody is told anything any more. */
    @Override
    public void close() {
        NameService service;
        synchronized (this) {
            closed = true;
            service = names;
        }
        if (service != null) {
            service.close(); // outside: it waits for its thread, which may be waiting for this
        }
    }

    private @Nullable Resolution known(String name) {
        for (Watch watch : watches) {
            if (watch.name.equals(name) && watch.last != null) {
                return watch.last;
            }
        }
        return null;
    }

    /** How long to wait after so many failures in a row, of which there is at least one. */
    static Duration pauseAfter(int failures, Duration longest) {
        Duration pause = SHORTEST.multipliedBy(1L << Math.clamp(failures - 1, 0, MOST_DOUBLINGS));
        return pause.compareTo(longest) > 0 ? longest : pause;
    }

    /** How long an answer with that TTL is good for. */
    static Duration bounded(Duration ttl) {
        return ttl.compareTo(SHORTEST) < 0 ? SHORTEST : ttl.compareTo(LONGEST) > 0 ? LONGEST : ttl;
    }

    /** One name and who wants to know of it. */
    private final class Watch implements Runnable {
        private final NameService service;
        private final String name;
        private final Optional<Duration> every;
        private final Consumer<? super Resolution> listener;
        private int failures; // in a row; confined to the thread of the name service
        private @Nullable Future<?> next; // the look-up to come; guarded by the resolver
        private volatile @Nullable Resolution last; // null before the first look-up has ended

        Watch(NameService service, String name, Optional<Duration> every, Consumer<? super Resolution> listener) {
            this.service = service;
            this.name = name;
            this.every = every;
            this.listener = listener;
        }

        @Override
        public void run() {
            service.find(name, this::lookedUp);
        }

        private void lookedUp(Found found) {
            if (closed) {
                return;
            }
            Resolution resolution = resolution(found);
            failures = resolution.failed() ? failures + 1 : 0;
            try {
                found(resolution);
            } catch (RuntimeException e) {
                LOG.log(Level.SEVERE, "resolver: the addresses of " + name + " could not be put to use", e);
            }
            lookUpAfter(resolution.failed() ? pauseAfter(failures, every.orElse(LONGEST)) : pause(found));
        }

        private Duration pause(Found found) {
            Duration ttl = found.v4().ttl().compareTo(found.v6().ttl()) < 0
                    ? found.v4().ttl()
                    : found.v6().ttl();
            return every.orElseGet(() -> bounded(ttl));
        }

        void lookUpAfter(Duration pause) {
            synchronized (Resolver.this) {
                if (!closed && watches.contains(this)) {
                    next = service.thread().schedule(this, pause.toNanos(), TimeUnit.NANOSECONDS);
                }
            }
        }

        void end() {
            synchronized (Resolver.this) {
                watches.remove(this);
                if (next != null) {
                    next.cancel(false);
                }
            }
        }

        void found(Resolution resolution) {
            last = resolution;
            listener.accept(resolution);
        }

        /** Nothing found keeps everything; a kind that is not known this time keeps those of that kind. */
        private Resolution resolution(Found found) {
            Resolution before = last;
            List<InetAddress> known = before == null ? List.of() : before.addresses();
            if (found.v4().addresses().isEmpty() && found.v6().addresses().isEmpty()) {
                String trouble = found.v4().trouble().isEmpty()
                        ? found.v6().trouble()
                        : found.v4().trouble();
                return new Resolution(known, trouble.isEmpty() ? "it has no address" : trouble);
            }
            List<InetAddress> all = new ArrayList<>(or(found.v4(), known, true));
            all.addAll(or(found.v6(), known, false));
            return new Resolution(sorted(all), "");
        }

        private static List<InetAddress> or(Records records, List<InetAddress> known, boolean v4) {
            return records.trouble().isEmpty()
                    ? records.addresses()
                    : known.stream()
                            .filter(address -> address instanceof Inet4Address == v4)
                            .toList();
        }

        /** DNS servers rotate their answers; in one order, an answer that says the same is the same. */
        private static List<InetAddress> sorted(List<InetAddress> addresses) {
            return addresses.stream()
                    .distinct()
                    .sorted((one, other) -> compare(one.getAddress(), other.getAddress()))
                    .toList();
        }

        /** IPv4 before IPv6. Written out: the classes of a Comparator are made anew at each start. */
        private static int compare(byte[] one, byte[] other) {
            return one.length == other.length
                    ? Arrays.compareUnsigned(one, other)
                    : Integer.compare(one.length, other.length);
        }
    }
}
