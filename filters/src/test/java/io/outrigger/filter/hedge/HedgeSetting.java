package io.outrigger.filter.hedge;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.HedgeConfig;
import io.outrigger.exchange.Body;
import io.outrigger.exchange.BufferBudget;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Note;
import io.outrigger.exchange.ReplayBody;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Response;
import io.outrigger.exchange.Service;
import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.FakeUpstream;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.fixtures.Told;
import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A route that hedges GET after 100 ms and takes 503 for no answer; and that nothing is left after a test. */
abstract class HedgeSetting {
    static final Failure GONE = Failure.of(Failure.Kind.CLIENT_GONE, "by the test");

    final ManualLoop loop = new ManualLoop();
    final Exchange exchange = Exchanges.on(loop);
    final FakeUpstream upstream = new FakeUpstream();
    final Chunks chunks = new Chunks();
    final BufferBudget buffers = new BufferBudget(10_000);
    final ObservedLatency latency = new ObservedLatency(loop.nanoTime());
    int tokens = 10;
    boolean circuitOpen;
    boolean silent; // because next to nothing is answered
    boolean stopped; // because there is no error budget left
    Reply last = Reply.failed(GONE);

    private final Metrics metrics = new Metrics(1);
    private final HedgeMeters meters = new HedgeMetrics(metrics).route("charge");
    private final HedgeTerms terms = new HedgeTerms() {
        @Override
        public boolean repeatable(Exchange its, Request request) {
            return request.method().equals("GET");
        }

        @Override
        public boolean acceptable(Response head) {
            return head.status() != 503;
        }

        @Override
        public boolean circuitOpen(long now) {
            return circuitOpen;
        }

        @Override
        public boolean silent(long now) {
            return silent;
        }

        @Override
        public boolean tryPay(long now) {
            return tokens-- > 0;
        }
    };

    @AfterEach
    void nothingIsLeft() {
        assertThat(chunks.held()).as("buffers").isZero();
        assertThat(buffers.takenBytes()).as("bytes of the budget").isZero();
        assertThat(loop.pending()).as("timers").isZero();
    }

    static HedgeConfig after(int millis, int attempts) {
        return new HedgeConfig(new HedgeConfig.Delay.Fixed(Duration.ofMillis(millis)), attempts);
    }

    Told send(Request request) {
        return send(after(100, 2), request);
    }

    Told send(HedgeConfig config, Request request) {
        return send(upstream, config, request);
    }

    private Told send(Service next, HedgeConfig config, Request request) {
        HedgeFilter filter = new HedgeFilter(config, terms, latency, meters, () -> stopped);
        last = filter.over(next).send(exchange, request);
        return Told.by(last);
    }

    Told sendWithBody(Body body, int cap) {
        return sendWithBody(upstream, body, cap);
    }

    /** As retries send it, and let go of it. */
    Told sendWithBody(Service next, Body body, int cap) {
        ReplayBody replay = new ReplayBody(body, cap, buffers);
        Told told = send(next, after(100, 2), Exchanges.request("GET", replay.fromStart()));
        last.onAnswer(answer -> {
            if (answer instanceof Response) {
                replay.commit();
            }
        });
        last.onEnd(outcome -> replay.release(GONE));
        return told;
    }

    static Request get() {
        return Exchanges.get();
    }

    /** Won, then lost. */
    String counted() {
        List<String> counted = new ArrayList<>();
        metrics.families().getFirst().series().forEach((labels, series) -> {
            if (series instanceof Counter counter && counter.total() > 0) {
                counted.add(labels.get(1) + " " + counter.total());
            }
        });
        return String.join(", ", counted.stream().sorted().toList().reversed());
    }

    List<String> noted() {
        return exchange.notes().stream().map(HedgeSetting::shown).toList();
    }

    private static String shown(Note note) {
        return note.by() + " " + note.verdict() + " " + note.why();
    }
}
