package io.outrigger.proxy.trace;

import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.route.Kept;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The thread on which spans for one collector are made and sent, from the first snapshot that has it to the last. Confined to the reload thread. */
final class SpanThread implements Kept.Active {
    private static final long PATIENCE_SECONDS = 2;

    private final SpanQueue queue;
    private final boolean nativeTransport;
    private final Function<Loops, SpanQueue.Sender> sender;
    private @Nullable Loops loops; // null before it begins
    private boolean ended;

    SpanThread(SpanQueue queue, boolean nativeTransport, Function<Loops, SpanQueue.Sender> sender) {
        this.queue = queue;
        this.nativeTransport = nativeTransport;
        this.sender = sender;
    }

    SpanQueue queue() {
        return queue;
    }

    @Override
    public void begin() {
        Loops its = new Loops(1, nativeTransport, "outrigger-traces");
        loops = its;
        queue.begin(its.all().getFirst(), () -> sender.apply(its));
    }

    /** May be called again. */
    @Override
    public void end() {
        if (ended) {
            return;
        }
        ended = true;
        Loops its = loops;
        if (its == null) {
            queue.abandon();
        } else {
            queue.end(its.all().getFirst(), () -> its.group().shutdownGracefully(0, 1, TimeUnit.SECONDS));
        }
    }

    /** Whether nothing of it runs, or will. */
    boolean over() {
        return ended && (loops == null || loops.group().isTerminated());
    }

    /** Waits until what there is has been sent, or two seconds. To be called after the end. */
    void awaitEnd() {
        if (loops != null) {
            loops.group().terminationFuture().awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }
}
