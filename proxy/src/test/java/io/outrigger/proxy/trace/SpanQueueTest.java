package io.outrigger.proxy.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Identity;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.metrics.Metrics;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What becomes of spans where the collector takes its time, or nothing. */
class SpanQueueTest {
    private static final SpanQueue.Target TARGET = new SpanQueue.Target(URI.create("http://127.0.0.1:4318"), "shop");

    private final TraceMetrics metrics = new TraceMetrics(new Metrics(1));
    private final Queue<TracedExchange> sent = new ConcurrentLinkedQueue<>();
    private final CountDownLatch sending = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    private SpanQueue queue(boolean takes, boolean waits) {
        return new SpanQueue(
                TARGET,
                _ -> new SpanQueue.Sender() {
                    @Override
                    public boolean send(List<TracedExchange> exchanges, long withinNanos) {
                        sent.addAll(exchanges);
                        sending.countDown();
                        if (waits) {
                            try {
                                release.await();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        }
                        return takes;
                    }

                    @Override
                    public void close() {}
                },
                metrics);
    }

    private static TracedExchange exchange() {
        Exchange exchange =
                new Exchange(new ManualLoop(), 0, Identity.of(1, 2, null, null).sampled(true));
        return TracedExchange.of(exchange, "GET", null, null, 200, null, 5, 1000);
    }

    @Test
    void whatIsThereAtTheEndIsStillSent() {
        SpanQueue queue = queue(true, false);
        queue.offer(exchange());
        queue.begin();
        queue.offer(exchange());
        queue.end();
        queue.awaitEnd();
        assertThat(sent).hasSize(2);
        assertThat(metrics.exported().total()).isEqualTo(2);
        queue.offer(exchange());
        assertThat(metrics.dropped().total()).as("too late").isEqualTo(1);
    }

    @Test
    void whatTheCollectorDoesNotTakeIsCounted() {
        SpanQueue queue = queue(false, false);
        queue.begin();
        queue.offer(exchange());
        queue.end();
        queue.awaitEnd();
        assertThat(metrics.failed().total()).isEqualTo(1);
        assertThat(metrics.exported().total()).isZero();
    }

    @Test
    void whileTheCollectorHangsTheQueueFillsAndTheRestIsDropped() throws Exception {
        SpanQueue queue = queue(true, true);
        queue.begin();
        queue.offer(exchange());
        sending.await();
        for (int i = 0; i < 2048 + 7; i++) {
            queue.offer(exchange());
        }
        assertThat(metrics.dropped().total()).isEqualTo(7);
        queue.end();
        release.countDown();
        queue.awaitEnd();
        assertThat(metrics.exported().total()).isEqualTo(2048 + 1);
    }
}
