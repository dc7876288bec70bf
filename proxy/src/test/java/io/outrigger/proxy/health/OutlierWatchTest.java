package io.outrigger.proxy.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.OutlierDetectionConfig;
import io.outrigger.config.Share;
import io.outrigger.metrics.Metrics;
import io.outrigger.proxy.balance.Ejection;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.balance.EndpointSet;
import io.outrigger.proxy.fixtures.Logged;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** When endpoints are compared, and who tells that an ejection is over. */
class OutlierWatchTest {
    private final HealthThread thread = new HealthThread(false);
    private final HealthMetrics metrics = new HealthMetrics(new Metrics(1), System::nanoTime);
    private final EndpointSet set = new EndpointSet();
    private final Ejections ejections = new Ejections(set);

    @RegisterExtension
    private final Logged log = new Logged(Outliers.class);

    private final List<String> lines = log.lines();

    @BeforeEach
    void listen() {
        set.replace(List.of(endpoint("10.0.0.1"), endpoint("10.0.0.2")));
    }

    @AfterEach
    void end() {
        thread.close();
    }

    private static Endpoint endpoint(String host) {
        return new Endpoint(new InetSocketAddress(InetAddress.ofLiteral(host), 80), host + ":80", 1, Optional.empty());
    }

    private OutlierWatch watch(Duration baseEjection) {
        OutlierWatch watch = new OutlierWatch(
                "app",
                new OutlierDetectionConfig(
                        3, Duration.ofSeconds(1), 3.5, 5, baseEjection, Duration.ofMinutes(5), new Share(50)),
                set,
                ejections,
                false,
                thread,
                metrics);
        watch.begin();
        return watch;
    }

    private void fail(OutlierWatch watch) {
        for (int i = 0; i < 3; i++) {
            watch.outliers().failed(set.current()[0], System.nanoTime());
        }
    }

    private boolean ejected() {
        return set.current()[0].standing().ejected(System.nanoTime());
    }

    private static void await(String what, BooleanSupplier condition) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(until);
            Thread.onSpinWait();
        }
    }

    private long toldOfReturns() {
        return lines.stream().filter(line -> line.endsWith("takes part again")).count();
    }

    @Test
    void comparesAtTheEndOfEachInterval() {
        OutlierWatch watch = watch(Duration.ofMinutes(1));
        for (int i = 0; i < 5; i++) {
            watch.outliers().good(set.current()[0], 100_000_000, System.nanoTime());
            watch.outliers().good(set.current()[1], 1_000_000, System.nanoTime());
        }
        assertThat(ejected()).isFalse();
        await("the end of the interval", () -> !lines.isEmpty());
        assertThat(ejected()).isTrue();
        assertThat(lines).singleElement().asString().contains("its median latency is ", "the others' 1.0ms");
    }

    @Test
    void tellsOnceWhenTheTimeIsUp() {
        OutlierWatch watch = watch(Duration.ofMillis(50));
        Endpoint[] before = set.current();
        fail(watch);
        assertThat(set.current()).isNotSameAs(before);
        await("its end", () -> toldOfReturns() > 0);
        assertThat(ejected()).isFalse();
        fail(watch);
        await("its end again", () -> toldOfReturns() > 1);
        assertThat(lines).filteredOn(line -> line.contains("ejected for")).hasSize(2);
    }

    @Test
    void whoComesAfterItTellsOfWhatItBegan() {
        OutlierWatch first = watch(Duration.ofMillis(300));
        fail(first);
        first.end();
        Ejection kept = set.current()[0].standing().ejection();
        watch(Duration.ofMinutes(1));
        assertThat(set.current()[0].standing().ejection()).isSameAs(kept);
        await("its end", () -> toldOfReturns() > 0);
        assertThat(toldOfReturns()).isEqualTo(1);
    }

    @Test
    void anExchangeOfBeforeMayStillEject() {
        OutlierWatch first = watch(Duration.ofMillis(100));
        first.end();
        watch(Duration.ofMinutes(1));
        fail(first);
        await("its end", () -> toldOfReturns() > 0);
    }

    @Test
    void whenEndpointsLeaveTheLastOneTakesPart() {
        OutlierWatch watch = watch(Duration.ofMinutes(1));
        fail(watch);
        set.replace(List.of(set.current()[0]));
        await("its end", () -> !ejected());
        await("its line", () -> lines.getLast().endsWith("takes part again: too few others are left"));
    }

    @Test
    void ejectionsAtTheVeryEndDoNoHarm() {
        OutlierWatch watch = watch(Duration.ofMinutes(1));
        thread.close();
        fail(watch);
        assertThat(ejected()).isTrue();
        watch.end();
    }
}
