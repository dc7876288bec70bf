package io.outrigger.e2e;

import java.util.BitSet;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What clients sent and what came of it, by route and status, and every broken promise. Shared by all threads. */
final class SoakLedger {
    private static final int MOST_TOLD = 50;

    final AtomicLong sent = new AtomicLong();
    final AtomicLong whole = new AtomicLong();
    final AtomicLong cut = new AtomicLong();
    final AtomicLong left = new AtomicLong();
    final AtomicLong stopped = new AtomicLong(); // that were not sent again because a circuit was open
    private final BitSet once = new BitSet(); // requests that may happen once; guarded by itself
    private final Map<String, LongAdder> byStatus = new ConcurrentHashMap<>(); // by route and status
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>(); // by route and cause
    private final Queue<String> wrongs = new ConcurrentLinkedQueue<>();

    void answered(String route, int status) {
        count(byStatus, route + " " + status);
    }

    void failed(String route, String cause) {
        count(failures, route + " " + cause);
    }

    private static void count(Map<String, LongAdder> in, String name) {
        in.computeIfAbsent(name, _ -> new LongAdder()).increment();
    }

    /** This request may not happen more than once, however long one waits. */
    void once(int number) {
        synchronized (once) {
            once.set(number);
        }
    }

    void expectOnce(SoakUpstream upstream) {
        synchronized (once) {
            once.stream()
                    .forEach(number -> expect(
                            upstream.effects(number) <= 1,
                            "it happened " + upstream.effects(number) + " times: " + number));
        }
    }

    void wrong(String what) {
        if (wrongs.size() < MOST_TOLD) {
            wrongs.add(what);
        }
    }

    void expect(boolean right, String what) {
        if (!right) {
            wrong(what);
        }
    }

    Queue<String> wrongs() {
        return wrongs;
    }

    Map<String, LongAdder> byStatus() {
        return byStatus;
    }

    Map<String, LongAdder> failures() {
        return failures;
    }
}
