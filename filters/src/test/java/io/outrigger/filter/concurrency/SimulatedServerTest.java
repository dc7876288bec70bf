package io.outrigger.filter.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.ConcurrencyConfig;
import io.outrigger.config.ConcurrencyConfig.Algorithm;
import io.outrigger.filter.concurrency.SimulatedServer.Look;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The limit finds what a server can bear, follows it, and comes back. */
class SimulatedServerTest {
    private static final ConcurrencyConfig USUAL = config(5, 1000);
    private static final double SERVICE = 0.02; // seconds

    private static ConcurrencyConfig config(int min, int max) {
        return new ConcurrencyConfig(Algorithm.GRADIENT, min, max);
    }

    private static SimulatedServer server(int workers) {
        return new SimulatedServer(USUAL).server(workers, SERVICE);
    }

    private static double capacity(int workers) {
        return workers / SERVICE;
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 20, 50, 200})
    void convergesNearTheCapacityUnderThreeTimesTheLoad(int workers) {
        SimulatedServer server = server(workers).load(capacity(workers) / 2);
        server.run(30);
        server.load(3 * capacity(workers)).run(60);
        Look settled = server.run(60);
        assertThat(settled.least()).as("in a probe").isGreaterThanOrEqualTo(workers * 3 / 4);
        assertThat(settled.limit()).isGreaterThanOrEqualTo(workers);
        assertThat(settled.most()).isLessThanOrEqualTo(2 * workers + 6);
        assertThat(settled.servedPerSecond()).isGreaterThan(0.95 * capacity(workers));
        assertThat(settled.meanSeconds()).isLessThan(2.5 * SERVICE);
    }

    /** Which a long average of all latencies would not: that of the overload would become the usual one. */
    @Test
    void staysThereThroughAnHourOfOverload() {
        SimulatedServer server = server(20).load(500);
        server.run(30);
        server.load(3000).run(3600);
        Look settled = server.run(60);
        assertThat(settled.most()).isLessThanOrEqualTo(46);
        assertThat(settled.meanSeconds()).isLessThan(2.5 * SERVICE);
    }

    @ParameterizedTest
    @CsvSource({"5, 18", "2, 18", "20, 46", "100, 206"})
    void findsItAlsoWhenItBeginsInTheMiddleOfAnOverload(int workers, int most) {
        SimulatedServer server = server(workers).load(4 * capacity(workers));
        server.run(600);
        Look settled = server.run(60);
        assertThat(settled.most()).isLessThanOrEqualTo(most);
        assertThat(settled.servedPerSecond()).isGreaterThan(0.95 * capacity(workers));
    }

    @Test
    void followsAServerThatLosesHalfOfItsWorkersAndComesBackWithThem() {
        SimulatedServer server = server(40).load(capacity(40) * 0.8);
        assertThat(server.run(60).refusedShare()).as("while all is well").isLessThan(0.01);
        server.server(10, SERVICE).run(30);
        Look half = server.run(30);
        assertThat(half.most()).isLessThanOrEqualTo(40);
        assertThat(half.meanSeconds()).isLessThan(4 * SERVICE);
        assertThat(half.servedPerSecond()).isGreaterThan(0.95 * capacity(10));
        server.server(40, SERVICE).run(15);
        Look well = server.run(60);
        assertThat(well.refusedShare()).as("after it").isLessThan(0.01);
    }

    @Test
    void getsUsedToAServerThatHasBecomeSlowerByItself() {
        SimulatedServer server = server(1000).load(400);
        server.run(60);
        Look first = server.server(1000, 4 * SERVICE).run(10);
        server.run(50);
        Look later = server.run(60);
        assertThat(first.refusedShare()).as("it looked like a queue").isPositive();
        assertThat(later.refusedShare()).isLessThan(0.01);
    }

    @Test
    void refusesNothingOfWhatIsFarBelowTheCapacity() {
        Look light = server(100).load(capacity(100) / 4).run(300);
        assertThat(light.refusedShare()).isLessThan(0.001);
    }

    @Test
    void staysWithinItsBounds() {
        SimulatedServer server = new SimulatedServer(config(8, 30)).server(2, SERVICE);
        Look overloaded = server.load(1000).run(120);
        assertThat(overloaded.least()).isGreaterThanOrEqualTo(8);
        Look free = server.server(1000, SERVICE).load(5000).run(120);
        assertThat(free.most()).isEqualTo(30);
    }

    /** The limit grows until the share of it is what the server can bear: nothing of it lies idle. */
    @Test
    void aLowPriorityAloneGetsTheWholeServer() {
        SimulatedServer server = server(20).priority(0).load(500);
        server.run(30);
        server.load(3000).run(60);
        Look settled = server.run(60);
        assertThat(settled.servedPerSecond()).isGreaterThan(0.95 * capacity(20));
    }
}
