package io.outrigger.proxy.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Identity;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.metrics.Metrics;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When spans go to the collector, and what becomes of them where it takes its time, or nothing. */
class SpanQueueTest {
    private static final SpanQueue.Target TARGET = new SpanQueue.Target(URI.create("http://127.0.0.1:4318"), "shop");

    private final TraceMetrics metrics = new TraceMetrics(new Metrics(1));
    private final ManualLoop loop = new ManualLoop();
    private final Scripted collector = new Scripted();
    private final SpanQueue queue = new SpanQueue(TARGET, metrics);
    private int made;
    private boolean over;

    /** Remembers what it was sent, and answers when the test does. */
    private static final class Scripted implements SpanQueue.Sender {
        private final List<List<TracedExchange>> sent = new ArrayList<>();
        private final List<Long> limits = new ArrayList<>();
        private @Nullable String answer = ""; // at once; null for none
        private @Nullable Consumer<String> waiting;
        private boolean closed;
        private @Nullable Error broken; // what sending throws; null for nothing

        @Override
        public void send(List<TracedExchange> exchanges, long withinNanos, Consumer<String> then) {
            assertThat(waiting).as("one at a time").isNull();
            if (broken != null) {
                throw broken;
            }
            sent.add(exchanges);
            limits.add(withinNanos);
            if (answer == null) {
                waiting = then;
            } else {
                then.accept(answer);
            }
        }

        private void answers(String why) {
            Consumer<String> told = waiting;
            waiting = null;
            assertThat(told).isNotNull();
            told.accept(why);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static TracedExchange exchange() {
        Exchange exchange =
                new Exchange(new ManualLoop(), 0, Identity.of(1, 2, null, null).sampled(true));
        return TracedExchange.of(exchange, "GET", null, 200, null, 5, 1000);
    }

    private void offer(int count) {
        for (int i = 0; i < count; i++) {
            queue.offer(exchange());
        }
    }

    private void begin() {
        queue.begin(loop, () -> {
            made++;
            return collector;
        });
        loop.turn();
    }

    private void end() {
        queue.end(loop, () -> over = true);
        loop.turn();
    }

    private List<Integer> batches() {
        return collector.sent.stream().map(List::size).toList();
    }

    @Test
    void onceASecondWhatThereIsIsSent() {
        begin();
        offer(3);
        loop.advanceMillis(999);
        assertThat(batches()).isEmpty();
        loop.advanceMillis(1);
        assertThat(batches()).containsExactly(3);
        loop.advanceMillis(5000);
        assertThat(batches()).containsExactly(3);
        assertThat(metrics.exported().total()).isEqualTo(3);
    }

    @Test
    void aBatchForWhichThereIsNoMemoryIsNotTheLastOne() {
        begin();
        collector.broken = new OutOfMemoryError("direct memory is used up");
        offer(3);
        loop.advanceMillis(1000);
        assertThat(metrics.failed().total()).isEqualTo(3);
        collector.broken = null;
        offer(2);
        loop.advanceMillis(1000);
        assertThat(metrics.exported().total()).isEqualTo(2);
    }

    @Test
    void aBatchIsSentAtOnce() {
        begin();
        offer(255);
        loop.turn();
        assertThat(batches()).isEmpty();
        offer(1);
        loop.turn();
        assertThat(batches()).containsExactly(256);
    }

    @Test
    void whatIsMoreThanABatchIsSentInSeveral() {
        begin();
        offer(256 + 256 + 1);
        loop.turn();
        assertThat(batches()).containsExactly(256, 256);
        loop.advanceMillis(1000);
        assertThat(batches()).containsExactly(256, 256, 1);
    }

    @Test
    void nothingThatSendsIsMadeBeforeThereIsSomethingToSend() {
        begin();
        loop.advance(Duration.ofMinutes(1));
        assertThat(made).isZero();
        offer(1);
        loop.advanceMillis(1000);
        assertThat(made).isEqualTo(1);
    }

    @Test
    void whatIsThereAtTheEndIsStillSent() {
        collector.answer = null;
        offer(1);
        begin();
        offer(300);
        loop.turn();
        end();
        assertThat(batches()).containsExactly(1);
        collector.answers("");
        loop.turn();
        collector.answers("");
        loop.turn();
        assertThat(batches()).containsExactly(1, 256, 44);
        assertThat(over).isFalse();
        collector.answers("");
        loop.turn();
        assertThat(over).isTrue();
        assertThat(collector.closed).isTrue();
        assertThat(metrics.exported().total()).isEqualTo(301);
        offer(1);
        assertThat(metrics.dropped().total()).as("too late").isEqualTo(1);
    }

    @Test
    void theEndTakesNoLongerThanASecond() {
        begin();
        collector.answer = null;
        offer(256 + 256 + 1);
        loop.turn();
        end();
        loop.advanceMillis(400);
        collector.answers("");
        loop.turn();
        assertThat(collector.limits).containsExactly(5_000_000_000L, 600_000_000L);
        loop.advanceMillis(600);
        collector.answers("no answer within 600 ms");
        loop.turn();
        assertThat(over).isTrue();
        assertThat(batches()).containsExactly(256, 256);
        assertThat(metrics.exported().total()).isEqualTo(256);
        assertThat(metrics.failed().total()).isEqualTo(256);
        assertThat(metrics.dropped().total()).isEqualTo(1);
    }

    @Test
    void exchangesThatOutliveItsEndGoToItsHeir() {
        begin();
        SpanQueue heir = new SpanQueue(TARGET, metrics);
        queue.leaveTo(heir);
        end();
        offer(1);
        assertThat(metrics.dropped().total()).isZero();
        ManualLoop other = new ManualLoop();
        heir.begin(other, () -> collector);
        other.advanceMillis(1000);
        assertThat(batches()).containsExactly(1);
    }

    @Test
    void whatTheCollectorDoesNotTakeIsCounted() {
        begin();
        collector.answer = "it answers with status 503";
        offer(1);
        loop.advanceMillis(1000);
        assertThat(metrics.failed().total()).isEqualTo(1);
        assertThat(metrics.exported().total()).isZero();
    }

    @Test
    void aBugInOneBatchDoesNotEndTheOthers() {
        queue.begin(loop, () -> {
            if (made++ == 0) {
                throw new IllegalStateException("thrown by the test");
            }
            return collector;
        });
        loop.turn();
        offer(1);
        loop.advanceMillis(1000);
        offer(1);
        loop.advanceMillis(1000);
        assertThat(metrics.failed().total()).isEqualTo(1);
        assertThat(metrics.exported().total()).isEqualTo(1);
    }

    @Test
    void whileTheCollectorHangsTheQueueFillsAndTheRestIsDropped() {
        begin();
        collector.answer = null;
        offer(1);
        loop.advanceMillis(1000);
        offer(2048 + 7);
        assertThat(metrics.dropped().total()).isEqualTo(7);
        collector.answer = "";
        collector.answers("");
        loop.turn();
        assertThat(batches()).containsExactly(1, 256, 256, 256, 256, 256, 256, 256, 256);
        assertThat(metrics.exported().total()).isEqualTo(2048 + 1);
    }
}
