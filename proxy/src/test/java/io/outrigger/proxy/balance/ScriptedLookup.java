package io.outrigger.proxy.balance;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A name service whose every answer waits for the test: each look-up blocks the resolver until it is given one. */
final class ScriptedLookup implements NameService {
    private final LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final SynchronousQueue<Found> answers = new SynchronousQueue<>();
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, work -> {
        Thread made = new Thread(work, "scripted lookup");
        made.setDaemon(true);
        return made;
    });
    private volatile Thread thread;

    @Override
    public ScheduledExecutorService thread() {
        return executor;
    }

    @Override
    public void find(String name, Consumer<? super Found> then) {
        thread = Thread.currentThread();
        asked.add(name);
        Found answer;
        try {
            answer = answers.take();
        } catch (InterruptedException e) {
            return; // closed
        }
        then.accept(answer);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    /** Both kinds together, as if of records with that TTL; none at all is a failure. */
    static Found found(Duration ttl, String... literals) {
        List<InetAddress> all =
                Arrays.stream(literals).map(InetAddress::ofLiteral).toList();
        if (all.isEmpty()) {
            return new Found(Records.unknown("no such name"), Records.NONE);
        }
        return new Found(
                new Records(all.stream().filter(Inet4Address.class::isInstance).toList(), ttl, ""),
                new Records(
                        all.stream()
                                .filter(one -> !(one instanceof Inet4Address))
                                .toList(),
                        ttl,
                        ""));
    }

    /** Waits for the next look-up, which must be of this name, and lets it find these; none at all is a failure. */
    void answer(String name, String... addresses) throws InterruptedException {
        answer(name, found(Duration.ofSeconds(10), addresses));
    }

    void answer(String name, Found found) throws InterruptedException {
        if (!name.equals(asked.poll(30, TimeUnit.SECONDS))) {
            throw new AssertionError("nobody looks up " + name);
        }
        if (!answers.offer(found, 30, TimeUnit.SECONDS)) {
            throw new AssertionError("nobody waits for the addresses of " + name);
        }
    }

    /** Waits until a look-up is under way; what the one before it found has then been told. */
    void awaitAsked() throws InterruptedException {
        String name = asked.poll(30, TimeUnit.SECONDS);
        if (name == null) {
            throw new AssertionError("nobody looks anything up");
        }
        asked.add(name);
    }

    /** The thread that was the last to look something up. */
    Thread lastThread() {
        return thread;
    }

    /** How many look-ups have begun and were not answered. */
    int waiting() {
        return asked.size();
    }
}
