package io.outrigger.proxy.route;

import static io.outrigger.proxy.route.Routes.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.outrigger.exchange.Exchange;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Reply;
import io.outrigger.exchange.Service;
import io.outrigger.fixtures.Exchanges;
import io.outrigger.fixtures.ManualLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SplitTest {
    private static final int EXCHANGES = 50_000;

    @Test
    void sharesFollowTheWeights() {
        int[] counts = send(90, 0, 10);
        assertThat(counts[0] / (double) EXCHANGES).isCloseTo(0.9, within(0.01));
        assertThat(counts[1]).isZero();
        assertThat(counts[2] / (double) EXCHANGES).isCloseTo(0.1, within(0.01));
    }

    @Test
    void weightsOfZeroAtEitherEndGetNothing() {
        assertThat(send(0, 3, 0)).containsExactly(0, EXCHANGES, 0);
    }

    @Test
    void thereMustBeAWeight() {
        assertThatThrownBy(() -> send(0, 0)).hasMessage("weights: 0 in all (expected: above zero)");
    }

    private static int[] send(int... weights) {
        int[] counts = new int[weights.length];
        List<Split.Part> parts = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            int part = i;
            Service counting = (_, _) -> {
                counts[part]++;
                return Reply.failed(Failure.of(Failure.Kind.NO_ENDPOINT, "only counted"));
            };
            parts.add(new Split.Part(counting, weights[i]));
        }
        Split split = new Split(parts, new Random(71)::nextLong);
        Exchange exchange = Exchanges.on(new ManualLoop());
        for (int i = 0; i < EXCHANGES; i++) {
            split.send(exchange, get("/"));
        }
        return counts;
    }
}
