package io.outrigger.proxy.trace;

import io.outrigger.config.UpstreamTlsConfig;
import io.outrigger.config.UpstreamTlsConfig.MinVersion;
import io.outrigger.proxy.loop.Loops;
import io.outrigger.proxy.route.Kept;
import io.outrigger.proxy.tls.ClientTls;
import io.outrigger.proxy.tls.UnusableFile;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The thread on which spans for one collector are made and sent, from the first snapshot that has it to the last. Confined to the reload thread. */
final class SpanThread implements Kept.Active {
    private static final long PATIENCE_SECONDS = 2;

    private final SpanQueue.Target target;
    private final SpanQueue queue;
    private final boolean nativeTransport;
    private @Nullable Loops loops; // null before it begins
    private boolean ended;

    SpanThread(SpanQueue.Target target, TraceMetrics metrics, boolean nativeTransport) {
        this.target = target;
        this.queue = new SpanQueue(target, metrics);
        this.nativeTransport = nativeTransport;
    }

    SpanQueue queue() {
        return queue;
    }

    @Override
    public void begin() {
        Loops its = new Loops(1, nativeTransport, "outrigger-traces");
        loops = its;
        queue.begin(its.all().getFirst(), () -> new OtlpSender(target, its, SpanThread::trustTheSystem));
    }

    /** As towards an upstream that names no authorities. */
    private static ClientTls trustTheSystem() throws UnusableFile {
        return ClientTls.of(
                "collector",
                new UpstreamTlsConfig(
                        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), MinVersion.TLS_1_2));
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
