package io.outrigger.proxy.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.Share;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Reading;
import io.outrigger.metrics.SharedCounter;
import io.outrigger.proxy.balance.Ejection;
import io.outrigger.proxy.balance.Ejection.Reason;
import io.outrigger.proxy.balance.Endpoint;
import io.outrigger.proxy.balance.EndpointSet;
import io.outrigger.proxy.balance.UsableEndpoints;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Series of endpoints: as many as may be, and none of those that are gone. */
class HealthMetricsTest {
    private final Metrics metrics = new Metrics(1);
    private final HealthMetrics health = new HealthMetrics(metrics, () -> 100);
    private final EndpointSet set = new EndpointSet();
    private final UsableEndpoints usable =
            new UsableEndpoints("app", set, new UsableEndpoints.Rules(true, true, false, new Share(50)));

    private void show(int from, int to) {
        set.replace(
                IntStream.range(from, to).mapToObj(HealthMetricsTest::endpoint).toList());
        health.show("app", set, usable);
    }

    private static Endpoint endpoint(int number) {
        String host = "10.0." + number / 256 + "." + number % 256;
        return new Endpoint(new InetSocketAddress(InetAddress.ofLiteral(host), 80), host + ":80", 1, Optional.empty());
    }

    private void eject(int index) {
        set.current()[index].standing().eject(new Ejection(Reason.LATENCY, 0, 1000, 1));
        set.renew();
    }

    private Family<?> family(String name) {
        return metrics.families().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The series of those that were taken out once. */
    private List<List<String>> ejected() {
        return family("outrigger_endpoint_ejections_total").series().entrySet().stream()
                .filter(one -> ((SharedCounter) one.getValue()).total() == 1)
                .map(Map.Entry::getKey)
                .toList();
    }

    private double value(String name, String... labels) {
        return ((Reading) family(name).series().get(List.of(labels))).value();
    }

    @Test
    void showsWhoTakesPart() {
        show(0, 2);
        eject(1);
        assertThat(value("outrigger_endpoint_healthy", "app", "10.0.0.0:80")).isEqualTo(1);
        assertThat(value("outrigger_endpoint_healthy", "app", "10.0.0.1:80")).isZero();
        assertThat(value("outrigger_panic", "app")).isZero();
        eject(0);
        assertThat(value("outrigger_panic", "app")).isEqualTo(1);
        assertThat(value("outrigger_panics_total", "app")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"true, true, 4", "true, false, 1", "false, true, 3", "false, false, 0"})
    void whatCanTakeAnEndpointOutBeginsAtZero(boolean checks, boolean ejections, int reasons) {
        set.replace(List.of(endpoint(0), endpoint(1)));
        var rules = new UsableEndpoints.Rules(checks, ejections, false, new Share(50));
        health.show("app", set, new UsableEndpoints("app", set, rules));
        assertThat(family("outrigger_endpoint_ejections_total").series()).hasSize(2 * reasons);
        assertThat(ejected()).isEmpty();
        assertThat(family("outrigger_endpoint_ejections_total").series().keySet())
                .allSatisfy(labels -> assertThat(labels.get(2))
                        .isIn("consecutive_failures", "success_rate", "latency", "health_check"));
    }

    @Test
    void whatIsBeyondTheMostIsOneSeries() {
        show(0, 300);
        assertThat(family("outrigger_endpoint_healthy").series()).hasSize(257);
        assertThat(value("outrigger_endpoint_healthy", "app", "other")).isEqualTo(1);
        eject(299);
        assertThat(value("outrigger_endpoint_healthy", "app", "other")).isZero();
        health.ejected("app", set.current()[299], "latency");
        health.ejected("app", set.current()[3], "latency");
        assertThat(family("outrigger_endpoint_ejections_total").series()).hasSize(4 * 257);
        assertThat(ejected())
                .containsExactlyInAnyOrder(
                        List.of("app", "other", "latency"), List.of("app", "10.0.0.3:80", "latency"));
    }

    @Test
    void whoIsGoneHasNoSeriesAndWhoStaysKeepsThem() {
        show(0, 300);
        health.ejected("app", set.current()[200], "latency");
        show(200, 260);
        assertThat(family("outrigger_endpoint_healthy").series()).hasSize(60);
        assertThat(family("outrigger_endpoint_ejections_total").series()).hasSize(4 * 60);
        assertThat(ejected()).containsExactly(List.of("app", "10.0.0.200:80", "latency"));
        health.retain(Set.of("other"));
        assertThat(family("outrigger_endpoint_healthy").series()).isEmpty();
        assertThat(family("outrigger_endpoint_ejections_total").series()).isEmpty();
        health.ejected("app", set.current()[3], "latency");
        assertThat(family("outrigger_endpoint_ejections_total").series())
                .as("by a request of before")
                .isEmpty();
        assertThat(family("outrigger_panic").series()).isEmpty();
        assertThat(family("outrigger_panics_total").series()).isEmpty();
    }
}
