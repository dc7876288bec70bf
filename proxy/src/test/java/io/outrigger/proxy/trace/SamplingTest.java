package io.outrigger.proxy.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.Share;
import io.outrigger.config.TracingConfig;
import io.outrigger.config.TracingConfig.Propagator;
import io.outrigger.exchange.Identity;
import java.net.URI;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Of which exchanges spans tell. */
class SamplingTest {
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0";

    private static Sampling sampling(double percent, Propagator... propagators) {
        return new Sampling(
                new TracingConfig(URI.create("http://127.0.0.1:4318"), new Share(percent), List.of(propagators)));
    }

    private static boolean samples(Sampling sampling, Identity identity) {
        return sampling.decide(identity).sampled();
    }

    @Test
    void theClientDecidesWhereItCameWithATrace() {
        Identity recorded = Identity.of(1, 2, null, TRACE + "1");
        Identity unrecorded = Identity.of(1, 2, null, TRACE + "0");
        for (double percent : new double[] {0, 100}) {
            Sampling sampling = sampling(percent, Propagator.TRACECONTEXT);
            assertThat(samples(sampling, recorded)).isTrue();
            assertThat(sampling.decide(unrecorded)).isSameAs(unrecorded);
        }
    }

    @Test
    void whereTracesDoNotPropagateTheClientDecidesNothing() {
        assertThat(samples(sampling(0, Propagator.BAGGAGE), Identity.of(1, 2, null, TRACE + "1")))
                .isFalse();
        Identity decided = sampling(100, Propagator.BAGGAGE).decide(Identity.of(1, 2, null, TRACE + "0"));
        assertThat(decided.sampled()).isTrue();
        assertThat(decided.propagates()).isFalse();
    }

    @Test
    void noneAndAllAreExact() {
        for (long low : new long[] {Long.MIN_VALUE, -1, 1, Long.MAX_VALUE}) {
            Identity identity = Identity.of(1, low, null, null);
            assertThat(samples(sampling(100, Propagator.TRACECONTEXT), identity))
                    .isTrue();
            assertThat(samples(sampling(0, Propagator.TRACECONTEXT), identity)).isFalse();
        }
    }

    @Test
    void chanceTakesTheShareThatIsConfigured() {
        Sampling sampling = sampling(10, Propagator.TRACECONTEXT);
        Random random = new Random(7);
        int taken = 0;
        for (int i = 0; i < 100_000; i++) {
            taken += samples(sampling, Identity.of(random.nextLong(), random.nextLong(), null, null)) ? 1 : 0;
        }
        assertThat(taken).isBetween(9_500, 10_500);
    }
}
