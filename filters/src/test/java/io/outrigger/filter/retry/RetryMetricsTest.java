package io.outrigger.filter.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.metrics.Counter;
import io.outrigger.metrics.Family;
import io.outrigger.metrics.Metrics;
import io.outrigger.metrics.Reading;
import io.outrigger.metrics.Series;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The names and labels under which retries are seen from outside. */
class RetryMetricsTest {
    private final Metrics all = new Metrics(2);
    private final RetryMetrics metrics = new RetryMetrics(all);

    @Test
    void aRouteShowsZerosBeforeAnythingHappens() {
        metrics.route("charge");
        assertThat(series("outrigger_retries_total").keySet())
                .containsExactlyInAnyOrder(List.of("charge", "success"), List.of("charge", "exhausted"));
        assertThat(series("outrigger_retry_denied_total").keySet().stream().map(List::getLast))
                .containsExactlyInAnyOrder(
                        "attempts", "body", "budget", "circuit", "deadline", "method", "outcome", "silence");
        assertThat(Arrays.stream(Denial.values()).map(Denial::label)).hasSize(8);
    }

    @Test
    void theSameRouteGoesOnCounting() {
        metrics.route("charge").ended(0, true);
        metrics.route("charge").ended(1, true);
        metrics.route("charge").ended(1, false);
        metrics.route("charge").denied(0, Denial.BUDGET);
        assertThat(total("outrigger_retries_total", "charge", "success")).isEqualTo(2);
        assertThat(total("outrigger_retries_total", "charge", "exhausted")).isEqualTo(1);
        assertThat(total("outrigger_retry_denied_total", "charge", "budget")).isEqualTo(1);
        assertThat(total("outrigger_retry_denied_total", "charge", "body")).isZero();
    }

    @Test
    void aBudgetShowsItsTokens() {
        metrics.budget("charge", () -> 2.6);
        assertThat(series("outrigger_budget_tokens"))
                .hasEntrySatisfying(List.of("charge"), one -> assertThat(((Reading) one).value())
                        .isEqualTo(2.6));
    }

    @Test
    void whatIsGoneAfterAReloadIsForgotten() {
        for (String route : List.of("stays", "loses its budget", "goes")) {
            metrics.route(route);
            metrics.budget(route, () -> 1);
        }
        metrics.retain(Set.of("stays", "loses its budget"), Set.of("stays"));
        assertThat(series("outrigger_retries_total").keySet()).noneMatch(labels -> labels.contains("goes"));
        assertThat(series("outrigger_retry_denied_total").keySet()).noneMatch(labels -> labels.contains("goes"));
        assertThat(series("outrigger_retries_total")).containsKey(List.of("loses its budget", "success"));
        assertThat(series("outrigger_budget_tokens").keySet()).isEqualTo(Set.of(List.of("stays")));
    }

    private long total(String name, String... labels) {
        return series(name).get(List.of(labels)) instanceof Counter counter ? counter.total() : -1;
    }

    private Map<List<String>, ? extends Series> series(String name) {
        return all.families().stream()
                .filter(family -> family.name().equals(name))
                .map(Family::series)
                .findFirst()
                .orElseThrow();
    }
}
