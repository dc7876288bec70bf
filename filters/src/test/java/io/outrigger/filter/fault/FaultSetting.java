package io.outrigger.filter.fault;

import io.outrigger.config.Fault;
import io.outrigger.config.FaultConfig;
import io.outrigger.config.FaultMatch;
import io.outrigger.config.Share;
import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.fixtures.Chunks;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.FakeUpstream;
import io.outrigger.fixtures.ManualLoop;
import io.outrigger.fixtures.Told;
import io.outrigger.metrics.Counter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/** A filter in front of an upstream, and what comes of the exchanges that a test sends; silence may last a minute. */
final class FaultSetting {
    static final Duration IDLE = Duration.ofMinutes(1);

    final ManualLoop loop = new ManualLoop();
    final Exchange exchange = Exchanges.on(loop);
    final FakeUpstream upstream = new FakeUpstream();
    final Chunks chunks = new Chunks();
    final Counter counter = new Counter(1);
    final RouteFaults experiments = new RouteFaults();
    final List<Attempt> unsent = new ArrayList<>();
    Injection injection;

    /** Every attempt is hit, and jitter is none. */
    FaultSetting(Fault... faults) {
        injection = Injection.ofFile(config(100, faults), _ -> true, counter, new HitsUnderWay());
    }

    static FaultConfig config(double percent, Fault... faults) {
        return new FaultConfig(new Share(percent), true, FaultMatch.everything(), List.of(faults), Optional.empty());
    }

    /** The same faults, by an experiment that lasts that long. */
    FaultSetting lasting(Duration time) {
        injection = Injection.forAWhile(
                "slow", injection.config(), _ -> true, counter, loop.nanoTime(), Duration.ZERO, time);
        return this;
    }

    Reply send(Request request) {
        return filter(_ -> 0).apply(exchange, request, upstream);
    }

    Told told(Request request) {
        return Told.by(send(request));
    }

    FaultFilter filter(LongUnaryOperator randomBelow) {
        return new FaultFilter(experiments, injection, "app", IDLE, (_, attempt) -> unsent.add(attempt), randomBelow);
    }

    /** What was noted: who decided, what, and why. */
    List<String> notes() {
        return exchange.notes().stream()
                .map(note -> note.by() + " " + note.verdict() + ": " + note.why())
                .toList();
    }

    /** Whether nobody holds a buffer, a timer, or a place among the hits. */
    boolean isAllFree() {
        return chunks.held() == 0 && loop.pending() == 0 && injection.underWay() == 0;
    }
}
