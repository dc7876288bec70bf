package io.outrigger.filter.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.CircuitBreakerConfig;
import io.outrigger.config.CircuitBreakerConfig.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One circuit, and several threads that come as loops do. */
class CircuitBreakerThreadsTest {
    private static final Logger LOG = Logger.getLogger(Transitions.class.getName());
    private static final long NOW = 1_000_000_007;
    private static final int THREADS = 4;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    @BeforeAll
    static void quiet() {
        LOG.setLevel(Level.WARNING);
    }

    @AfterAll
    static void loud() {
        LOG.setLevel(null);
    }

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private static CircuitBreaker circuit(CircuitBreakerConfig config) {
        return new CircuitBreaker("r", new Transitions(), bound -> bound / 2, config, NOW);
    }

    @Test
    void noCallIsLostOrCountedTwice() throws Exception {
        CircuitBreakerConfig config = CircuitConfigs.usual()
                .over(new Window.Calls(100_000))
                .from(100_000, 100)
                .make();
        CircuitBreaker circuit = circuit(config);
        int each = 20_000;
        inParallel(thread -> {
            for (int i = 0; i < each; i++) {
                State permit = circuit.tryEnter(config, NOW);
                assertThat(permit).isNotNull();
                circuit.settle(permit, i % 10 == thread ? Verdict.FAILED : Verdict.GOOD, config, NOW);
            }
            return null;
        });
        CircuitReport report = circuit.report(NOW);
        assertThat(report.calls()).isEqualTo((long) THREADS * each);
        assertThat(report.failures()).isEqualTo((long) THREADS * each / 10);
    }

    /** The last call of so many must open it whoever makes it: a good one that another loop adds at the same moment, too. */
    @Test
    void opensAtTheMinimumWhicheverLoopsReachItTogether() throws Exception {
        CircuitBreakerConfig config =
                CircuitConfigs.usual().from(THREADS + 1, 40).make();
        for (int round = 0; round < 20_000; round++) {
            CircuitBreaker circuit = circuit(config);
            int before = round % 2; // from a fresh state, and from calm
            if (before == 1) {
                State first = circuit.tryEnter(config, NOW);
                assertThat(first).isNotNull();
                circuit.settle(first, Verdict.GOOD, config, NOW);
            }
            List<State> permits = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                permits.add(circuit.tryEnter(config, NOW));
            }
            rush(thread ->
                    circuit.settle(permits.get(thread), thread < 2 ? Verdict.FAILED : Verdict.GOOD, config, NOW));
            if (before == 0) { // one is missing
                assertThat(circuit.phase(NOW)).isEqualTo(Phase.CLOSED);
                State last = circuit.tryEnter(config, NOW);
                assertThat(last).isNotNull();
                circuit.settle(last, Verdict.GOOD, config, NOW);
            }
            assertThat(circuit.phase(NOW)).as("round %s", round).isEqualTo(Phase.OPEN);
        }
    }

    @Test
    void lendsExactlySoManyLeasesToAllThreads() throws Exception {
        CircuitBreakerConfig config = CircuitConfigs.usual()
                .from(1, 1)
                .openFor(Duration.ofMillis(1), Duration.ofMillis(1))
                .make();
        long later = NOW + Duration.ofMillis(2).toNanos();
        for (int round = 0; round < 2_000; round++) {
            CircuitBreaker circuit = circuit(config);
            State permit = circuit.tryEnter(config, NOW);
            assertThat(permit).isNotNull();
            circuit.settle(permit, Verdict.FAILED, config, NOW);
            AtomicInteger entered = new AtomicInteger();
            rush(thread -> {
                for (int i = 0; i < 50; i++) {
                    if (circuit.tryEnter(config, later) != null) {
                        entered.incrementAndGet();
                    }
                }
            });
            assertThat(entered).hasValue(3);
        }
    }

    @Test
    void leasesThatAreGivenBackAreNeverMoreThanThereAre() throws Exception {
        CircuitBreakerConfig config = CircuitConfigs.usual()
                .from(1, 1)
                .openFor(Duration.ofMillis(1), Duration.ofMillis(1))
                .make();
        long later = NOW + Duration.ofMillis(2).toNanos();
        CircuitBreaker circuit = circuit(config);
        State failing = circuit.tryEnter(config, NOW);
        assertThat(failing).isNotNull();
        circuit.settle(failing, Verdict.FAILED, config, NOW);
        AtomicInteger inside = new AtomicInteger();
        inParallel(thread -> {
            for (int i = 0; i < 50_000; i++) {
                State lease = circuit.tryEnter(config, later);
                if (lease != null) {
                    assertThat(inside.incrementAndGet()).isBetween(1, 3);
                    inside.decrementAndGet();
                    circuit.settle(lease, Verdict.NEUTRAL, config, later);
                }
            }
            return null;
        });
        assertThat(circuit.phase(later)).isEqualTo(Phase.HALF_OPEN);
        assertThat(circuit.tryEnter(config, later)).as("none is lost").isNotNull();
        assertThat(circuit.tryEnter(config, later)).isNotNull();
        assertThat(circuit.tryEnter(config, later)).isNotNull();
        assertThat(circuit.tryEnter(config, later)).isNull();
    }

    private interface Turn {
        void take(int thread) throws Exception;
    }

    private interface Work {
        Void of(int thread) throws Exception;
    }

    private final CyclicBarrier start = new CyclicBarrier(THREADS);

    /** All at the same moment, as near as can be. */
    private void rush(Turn turn) throws Exception {
        inParallel(thread -> {
            start.await();
            turn.take(thread);
            return null;
        });
    }

    private void inParallel(Work work) throws Exception {
        List<Callable<Void>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            all.add(() -> work.of(thread));
        }
        for (Future<Void> done : threads.invokeAll(all)) {
            done.get();
        }
    }
}
