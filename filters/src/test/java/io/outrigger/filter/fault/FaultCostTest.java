package io.outrigger.filter.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.outrigger.config.Fault;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Request;
import io.outrigger.exchange.Service;
import io.outrigger.fixtures.Exchanges;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the filter costs those who get no fault. */
class FaultCostTest {
    private static final int REQUESTS = 20_000;

    private final FaultSetting setting = new FaultSetting();
    private final Request request = Exchanges.get();
    private final Reply reply = new Reply(null);
    private final Service upstream = (_, _) -> reply;

    @Test
    void withoutFaultsNothingIsMade() {
        assertThat(bytes(filter().over(upstream))).isLessThan(REQUESTS); // not a byte for each
    }

    @Test
    void whoIsNotDrawnCostsNothingEither() {
        setting.experiments.add(Injection.forAWhile(
                "x",
                FaultSetting.config(1, new Fault.Abort(503)),
                _ -> true,
                setting.counter,
                setting.loop.nanoTime(),
                Duration.ZERO,
                Duration.ofHours(1)));
        assertThat(bytes(filter().over(upstream))).isLessThan(REQUESTS);
        assertThat(setting.counter.total()).isZero();
    }

    private FaultFilter filter() {
        return new FaultFilter(setting.experiments, null, "app", FaultSetting.IDLE, (_, _) -> {}, bound -> bound - 1);
    }

    private long bytes(Service service) {
        send(service); // whatever is made once
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        send(service);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private void send(Service service) {
        for (int i = 0; i < REQUESTS; i++) {
            service.send(setting.exchange, request);
        }
    }
}
