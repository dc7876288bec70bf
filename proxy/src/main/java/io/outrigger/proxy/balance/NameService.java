package io.outrigger.proxy.balance;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/** Finds the addresses of names, on a thread of its own and without blocking it. Shared by all loops. */
public interface NameService extends AutoCloseable {
    /** Where names are looked up and answers are told; it has time for little else. */
    ScheduledExecutorService thread();

    /** Tells what it found, once, on the thread, where it has to be called as well; perhaps before this returns. */
    void find(String name, Consumer<? super Found> then);

    /** Stops the thread; nobody is told anything any more. */
    @Override
    void close();

    /** What was found of both kinds of addresses. Immutable. */
    record Found(Records v4, Records v6) {}

    /**
     * What was found of one kind. Immutable.
     *
     * @param ttl how long that holds
     * @param trouble why it is not known; empty when it is, even when that is that there are none
     */
    record Records(List<InetAddress> addresses, Duration ttl, String trouble) {
        public static final Records NONE = new Records(List.of(), Duration.ofDays(1), "");

        public Records {
            addresses = List.copyOf(addresses);
        }

        public static Records unknown(String trouble) {
            return new Records(List.of(), Duration.ZERO, trouble);
        }
    }
}
