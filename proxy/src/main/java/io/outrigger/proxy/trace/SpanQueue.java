package io.outrigger.proxy.trace;

import io.outrigger.exchange.Loop;
import io.outrigger.metrics.SharedCounter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Takes what loops copied of traced exchanges to a collector that may be slow or dead, on a loop of its own: once
 * there is a batch, and once a second what there is. What does not fit meanwhile is dropped and counted.
 * Shared by all loops.
 */
final class SpanQueue {
    /** Where spans go. Confined to the loop of the queue. */
    interface Sender {
        /** Tells once, on the loop: nothing when the collector took them within the time, else why it did not. */
        void send(List<TracedExchange> exchanges, long withinNanos, Consumer<String> then);

        void close();
    }

    /** What a collector is told, and where it is. Immutable. */
    record Target(URI endpoint, String service) {}

    private static final Logger LOG = Logger.getLogger(SpanQueue.class.getName());
    private static final int MOST = 2048; // exchanges; a few hundred bytes each
    private static final int BATCH = 256; // at most; a small one costs as many rare steps, which are long interpreted
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5); // for one batch
    private static final long LAST_NANOS = TimeUnit.SECONDS.toNanos(1); // for all that is left at the end

    private final Target target;
    private final SharedCounter exported;
    private final SharedCounter failed;
    private final SharedCounter dropped;
    private final MpscAtomicArrayQueue<TracedExchange> queue = new MpscAtomicArrayQueue<>(MOST);
    private final AtomicBoolean called = new AtomicBoolean(); // whether the loop is about to look
    private volatile @Nullable Loop loop; // null before it begins
    private volatile boolean ended;
    private volatile @Nullable SpanQueue heir; // takes what comes after the end; null for nobody

    // of the loop
    private Supplier<Sender> making = () -> {
        throw new IllegalStateException("not begun");
    };
    private @Nullable Sender sender; // null before the first batch: most of its classes are not needed before
    private boolean sending;
    private boolean well = true;
    private long untilNanos; // of what is left, once it has ended
    private @Nullable Runnable over; // null before it has ended, and when that has been told

    SpanQueue(Target target, TraceMetrics metrics) {
        this.target = target;
        this.exported = metrics.exported();
        this.failed = metrics.failed();
        this.dropped = metrics.dropped();
    }

    /** What comes after the end, as exchanges outlive a reload, goes to another one, which leaves nothing to this; null for nobody. */
    void leaveTo(@Nullable SpanQueue other) {
        heir = other;
    }

    /** Takes an exchange, or drops it. From any thread. */
    void offer(TracedExchange exchange) {
        SpanQueue next = ended ? heir : null;
        if (next != null) {
            next.offer(exchange);
            return;
        }
        if (ended || !queue.offer(exchange)) {
            dropped.add(exchange.spans());
            return;
        }
        Loop its = loop;
        if (its != null && queue.size() >= BATCH && called.compareAndSet(false, true)) {
            try {
                its.execute(this::work);
            } catch (RejectedExecutionException e) {
                // it has ended in this moment, and drops what there is
            }
        }
    }

    /** @param sender is made on the loop when there is something to send */
    void begin(Loop its, Supplier<Sender> sender) {
        its.execute(() -> {
            making = sender;
            loop = its;
            tick(its);
        });
    }

    /** It ends without having begun: what its configuration came to nothing for. */
    void abandon() {
        ended = true;
        queue.drain(left -> dropped.add(left.spans()));
    }

    /** Sends what there is for a second, then tells, on the loop. To be called once, after the beginning. */
    void end(Loop its, Runnable then) {
        ended = true;
        its.execute(() -> {
            over = then;
            untilNanos = its.nanoTime() + LAST_NANOS;
            work(its);
        });
    }

    private void tick(Loop its) {
        if (!ended) {
            its.after(PAUSE_NANOS, () -> tick(its));
            work(its);
        }
    }

    private void work() {
        Loop its = loop;
        if (its != null) {
            work(its);
        }
    }

    private void work(Loop its) {
        called.set(false); // before it looks: whoever comes later calls again
        if (sending) {
            return; // and what there is follows
        }
        long within = ended ? Math.min(PATIENCE_NANOS, untilNanos - its.nanoTime()) : PATIENCE_NANOS;
        if (within <= 0) {
            queue.drain(left -> dropped.add(left.spans()));
        }
        List<TracedExchange> batch = new ArrayList<>();
        int spans = 0;
        for (TracedExchange next; batch.size() < BATCH && (next = queue.relaxedPoll()) != null; ) {
            batch.add(next);
            spans += next.spans();
        }
        if (!batch.isEmpty()) {
            send(its, batch, spans, within);
        } else if (over != null) {
            finish(over);
        }
    }

    private void send(Loop its, List<TracedExchange> batch, int spans, long within) {
        sending = true;
        try {
            if (sender == null) {
                sender = making.get();
            }
            sender.send(batch, within, why -> sent(its, spans, why));
        } catch (RuntimeException | Error e) { // also where there is no memory for the batch
            LOG.log(Level.SEVERE, "traces: a batch cannot be sent", e);
            sent(its, spans, "a batch cannot be sent"); // and the next ones may be taken
        }
    }

    private void sent(Loop its, int spans, String why) {
        sending = false;
        boolean taken = why.isEmpty();
        (taken ? exported : failed).add(spans);
        if (taken != well) {
            well = taken;
            LOG.info(() -> "traces: the collector at " + target.endpoint().getAuthority()
                    + (taken ? " takes spans again" : " does not take spans, which are dropped and counted: " + why));
        }
        if (ended || queue.size() >= BATCH) {
            its.execute(this::work);
        }
    }

    private void finish(Runnable then) {
        over = null;
        if (sender != null) {
            sender.close();
        }
        then.run();
    }
}
