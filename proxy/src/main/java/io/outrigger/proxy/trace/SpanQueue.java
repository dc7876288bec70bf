package io.outrigger.proxy.trace;

import io.outrigger.metrics.SharedCounter;
import io.outrigger.proxy.route.Kept;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;

/**
 * Takes what loops copied of traced exchanges to a collector that may be slow or dead, on a thread of its own: what
 * does not fit into the queue meanwhile is dropped and counted. Shared by all loops.
 */
final class SpanQueue implements Kept.Active {
    /** Where spans go. Confined to the thread of the queue. */
    interface Sender {
        /** Whether the collector took them within the time. */
        boolean send(List<TracedExchange> exchanges, long withinNanos);

        void close();
    }

    /** What a collector is told, and where it is. Immutable. */
    record Target(URI endpoint, String service) {}

    private static final Logger LOG = Logger.getLogger(SpanQueue.class.getName());
    private static final int MOST = 2048; // exchanges; a few hundred bytes each
    private static final int BATCH = 256;
    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5); // for one batch
    private static final long LAST_NANOS = TimeUnit.SECONDS.toNanos(1); // for all that is left at the end

    private final Target target;
    private final Function<Target, Sender> sender;
    private final SharedCounter exported;
    private final SharedCounter failed;
    private final SharedCounter dropped;
    private final MpscAtomicArrayQueue<TracedExchange> queue = new MpscAtomicArrayQueue<>(MOST);
    private final Thread thread = new Thread(this::run, "outrigger-traces");
    private volatile boolean ended;
    private boolean well = true; // the thread's own

    /** The sender is made on the thread of the queue, which a start does not wait for. */
    SpanQueue(Target target, Function<Target, Sender> sender, TraceMetrics metrics) {
        this.target = target;
        this.sender = sender;
        this.exported = metrics.exported();
        this.failed = metrics.failed();
        this.dropped = metrics.dropped();
        thread.setDaemon(true);
    }

    /** Takes an exchange, or drops it. From any thread. */
    void offer(TracedExchange exchange) {
        if (ended || !queue.offer(exchange)) {
            dropped.add(exchange.spans());
        }
    }

    @Override
    public void begin() {
        thread.start();
    }

    @Override
    public void end() {
        ended = true;
        LockSupport.unpark(thread);
    }

    /** Whether it has ended, and nothing of it runs any more. */
    boolean over() {
        return ended && !thread.isAlive();
    }

    /** Waits until what there is has been sent, or two seconds. To be called after the end. */
    void awaitEnd() {
        try {
            thread.join(TimeUnit.NANOSECONDS.toMillis(2 * LAST_NANOS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Sender to = sender.apply(target);
        while (!ended) {
            if (!sendSome(to, PATIENCE_NANOS)) {
                LockSupport.parkNanos(this, NAP_NANOS);
            }
        }
        long until = System.nanoTime() + LAST_NANOS;
        while (until - System.nanoTime() > 0 && sendSome(to, until - System.nanoTime())) {
            // and the rest
        }
        queue.drain(left -> dropped.add(left.spans()));
        to.close();
    }

    /** Whether there was a whole batch, so that more may be there. */
    private boolean sendSome(Sender to, long withinNanos) {
        List<TracedExchange> batch = new ArrayList<>();
        queue.drain(batch::add, BATCH);
        if (batch.isEmpty()) {
            return false;
        }
        int spans = batch.stream().mapToInt(TracedExchange::spans).sum();
        boolean taken = taken(to, batch, withinNanos);
        (taken ? exported : failed).add(spans);
        if (taken != well) {
            well = taken;
            LOG.info(() -> "traces: the collector at " + target.endpoint().getHost() + ":"
                    + target.endpoint().getPort()
                    + (taken ? " takes spans again" : " does not take spans: they are dropped and counted"));
        }
        return batch.size() == BATCH;
    }

    private static boolean taken(Sender to, List<TracedExchange> batch, long withinNanos) {
        try {
            return to.send(batch, withinNanos);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "traces: a batch could not be sent", e);
            return false; // and the next one may be
        }
    }
}
