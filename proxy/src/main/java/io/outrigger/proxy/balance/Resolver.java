package io.outrigger.proxy.balance;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks names up, again and again, on one thread of its own, which is there when the first name is. A look-up that
 * fails is repeated after a second, then after ever longer pauses up to the ordinary one. Shared by all loops.
 */
public final class Resolver implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Resolver.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1); // after a failure
    private static final int MOST_DOUBLINGS = 10;
    private static final Comparator<byte[]> SHORTER_FIRST = // IPv4 before IPv6
            Comparator.<byte[]>comparingInt(bytes -> bytes.length).thenComparing(Arrays::compareUnsigned);

    /** Finds the addresses of a name; may take its time. */
    @FunctionalInterface
    public interface Lookup {
        InetAddress[] addresses(String name) throws UnknownHostException;
    }

    private final Lookup lookup;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, work -> {
        Thread made = new Thread(work, "resolver");
        made.setDaemon(true);
        return made;
    });
    private final Set<Watch> watches = new LinkedHashSet<>(); // guarded by this

    public Resolver(Lookup lookup) {
        this.lookup = lookup;
        thread.setRemoveOnCancelPolicy(true);
        thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy()); // what comes after the closing
    }

    /**
     * By the system's own resolver: hosts file and DNS. To be called before the process has looked up any name, as the
     * JDK's cache has to be off: it would keep answers for longer than what {@code dns.refresh} says.
     */
    public static Resolver system() {
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        return new Resolver(InetAddress::getAllByName);
    }

    /**
     * Looks a name up until told not to.
     *
     * @param every the pause between look-ups
     * @param listener is told the outcome of each, on the resolver's thread; and before this returns what another
     *     watch of that name found
     * @return ends the watch; of a look-up that is under way the listener may still hear
     */
    Runnable watch(String name, Duration every, Consumer<? super Resolution> listener) {
        Watch watch = new Watch(name, every, listener);
        Resolution known;
        synchronized (this) {
            known = known(name);
            watches.add(watch);
        }
        if (known != null) {
            watch.found(known);
        }
        watch.lookUpAfter(0);
        return watch::end;
    }

    /** Stops the thread; nobody is told anything any more. */
    @Override
    public void close() {
        thread.shutdownNow();
    }

    private @Nullable Resolution known(String name) {
        for (Watch watch : watches) {
            if (watch.name.equals(name) && watch.last != null) {
                return watch.last;
            }
        }
        return null;
    }

    /** How long to wait after so many failures in a row. */
    static Duration pauseAfter(int failures, Duration every) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.clamp(failures - 1, 0, MOST_DOUBLINGS));
        return failures == 0 || pause.compareTo(every) > 0 ? every : pause;
    }

    /** One name and who wants to know of it. */
    private final class Watch implements Runnable {
        private final String name;
        private final Duration every;
        private final Consumer<? super Resolution> listener;
        private int failures; // in a row; confined to the resolver's thread
        private @Nullable Future<?> next; // the look-up to come; guarded by the resolver
        private volatile @Nullable Resolution last; // null before the first look-up has ended

        Watch(String name, Duration every, Consumer<? super Resolution> listener) {
            this.name = name;
            this.every = every;
            this.listener = listener;
        }

        @Override
        public void run() {
            Resolution found = lookUp();
            if (thread.isShutdown()) {
                return;
            }
            failures = found.failed() ? failures + 1 : 0;
            try {
                found(found);
            } catch (RuntimeException e) {
                LOG.log(Level.SEVERE, "resolver: the addresses of " + name + " could not be put to use", e);
            }
            lookUpAfter(pauseAfter(failures, every).toNanos());
        }

        void lookUpAfter(long nanos) {
            synchronized (Resolver.this) {
                if (watches.contains(this)) {
                    next = thread.schedule(this, nanos, TimeUnit.NANOSECONDS);
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

        private Resolution lookUp() {
            try {
                return new Resolution(sorted(lookup.addresses(name)), false);
            } catch (UnknownHostException | RuntimeException e) {
                LOG.log(Level.FINE, "resolver: " + name, e);
                Resolution before = last;
                return new Resolution(before == null ? List.of() : before.addresses(), true);
            }
        }

        /** DNS servers rotate their answers; in one order, an answer that says the same is the same. */
        private static List<InetAddress> sorted(InetAddress[] addresses) {
            return Arrays.stream(addresses)
                    .distinct()
                    .sorted(Comparator.comparing(InetAddress::getAddress, SHORTER_FIRST))
                    .toList();
        }
    }
}
