package io.outrigger.filter.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.CircuitBreakerConfig;
import io.outrigger.config.CircuitBreakerConfig.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A circuit and the plain one go through random programs and never differ. */
class CircuitBreakerProgramsTest {
    private static final Logger LOG = Logger.getLogger(Transitions.class.getName());
    private static final int STEPS = 3_000;
    private static final long SECOND = 1_000_000_000;

    private record Permit(State of, int epoch) {}

    private record Head(Permit call, Verdict was) {}

    private final Set<Phase> seen = EnumSet.noneOf(Phase.class);

    @BeforeAll
    static void quiet() {
        LOG.setLevel(Level.WARNING);
    }

    @AfterAll
    static void loud() {
        LOG.setLevel(null);
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 60);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void doesWhatThePlainOneDoes(long seed) {
        run(seed);
    }

    @Test
    void theProgramsReachEveryState() {
        seeds().limit(10).forEach(this::run);
        assertThat(seen).containsExactlyInAnyOrder(Phase.values());
    }

    private void run(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Window window = random.nextBoolean()
                ? new Window.Calls(random.nextInt(1, 30))
                : new Window.Time(Duration.ofSeconds(random.nextInt(1, 8)));
        CircuitBreakerConfig config = config(random, window);
        long now = random.nextLong(SECOND);
        CircuitBreaker circuit = new CircuitBreaker("r", new Transitions(), bound -> (bound - 1) / 2, config, now);
        PlainCircuit plain = new PlainCircuit(now);
        List<Permit> underWay = new ArrayList<>();
        List<Head> heads = new ArrayList<>(); // that were good, or slow, and may be cut
        int bias = random.nextInt(1, 10);
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(20)) {
                case 0 -> now += random.nextLong(5 * SECOND);
                case 1 -> now += random.nextInt(50) == 0 ? 61 * SECOND : 1;
                case 2 -> {
                    if (!heads.isEmpty()) {
                        Head one = heads.remove(random.nextInt(heads.size()));
                        circuit.cut(one.call.of, one.was, config, now);
                        plain.cut(one.call.epoch, one.was, config, now);
                    }
                }
                case 3 -> config = random.nextInt(20) == 0 ? config(random, window) : config;
                case 4 -> {
                    if (random.nextInt(30) == 0) {
                        boolean open = random.nextBoolean();
                        circuit.force(open, Duration.ofSeconds(3), now);
                        plain.force(open, 3 * SECOND, now);
                    }
                }
                case 5, 6, 7, 8, 9, 10, 11, 12 -> {
                    State permit = circuit.tryEnter(config, now);
                    boolean entered = plain.enter(config, now);
                    assertThat(permit != null)
                            .as("seed %s, step %s", seed, step)
                            .isEqualTo(entered);
                    if (permit != null) {
                        underWay.add(new Permit(permit, plain.epoch));
                    }
                }
                default -> {
                    if (!underWay.isEmpty()) {
                        Permit one = underWay.remove(random.nextInt(underWay.size()));
                        Verdict verdict = random.nextInt(10) < bias
                                ? Verdict.GOOD
                                : Verdict.values()[random.nextInt(Verdict.values().length)];
                        circuit.settle(one.of, verdict, config, now);
                        plain.settle(one.epoch, verdict, config, now);
                        if (verdict == Verdict.GOOD || verdict == Verdict.SLOW) {
                            heads.add(new Head(one, verdict));
                        }
                    }
                }
            }
            seen.add(plain.phase);
            assertThat(circuit.phase(now)).as("seed %s, step %s", seed, step).isEqualTo(plain.phase(now));
        }
    }

    /** The rates are whole, so that counting them needs no care. */
    private static CircuitBreakerConfig config(SplittableRandom random, Window window) {
        int probes = random.nextInt(1, 6);
        CircuitConfigs configs = CircuitConfigs.usual()
                .over(window)
                .from(random.nextInt(1, 15), random.nextInt(5, 101))
                .trying(probes, random.nextInt(1, probes + 1))
                .openFor(Duration.ofMillis(500), Duration.ofSeconds(random.nextInt(1, 4)));
        configs = random.nextBoolean() ? configs.inARow(random.nextInt(1, 6)) : configs;
        return (random.nextBoolean() ? configs.slow(Duration.ofMillis(100), random.nextInt(5, 101)) : configs).make();
    }
}
