package io.outrigger.filter.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.exchange.Attempt;
import io.outrigger.exchange.Delivery;
import io.outrigger.exchange.Failure;
import io.outrigger.exchange.Failure.Kind;
import io.outrigger.exchange.Identity;
import io.outrigger.metrics.Buckets;
import io.outrigger.metrics.Metrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MetersTest {
    private static final Identity IDENTITY = Identity.of(1, 2, null, null);

    private final Metrics metrics = new Metrics(1);
    private final Meters meters = new Meters(metrics);

    private Map<String, Double> scrape() {
        return Scraped.of(metrics);
    }

    private static Attempt attempt(int status, @Nullable Failure failure) {
        Attempt attempt = new Attempt("10.0.0.1:80", 1_000_000_000);
        attempt.begin();
        attempt.sent(1_100_000_000);
        if (status != 0) {
            attempt.answered(status);
        }
        attempt.end(failure, 3_000_000_000L);
        return attempt;
    }

    @Test
    void otherBucketsBeginAnewAndWhoHasTheOldOnesWritesInVain() {
        RouteMeters before = meters.route("checkout", "charge");
        before.begun(0);
        before.ended(0, RequestMethod.GET, 200, null, 1, IDENTITY, 1);
        Buckets other = Buckets.DURATIONS.with(List.of(Duration.ofMillis(300)));
        RouteMeters after = meters.route("checkout", "charge", other);
        meters.begin(other);
        after.begun(0);
        after.ended(0, RequestMethod.GET, 200, null, 1, IDENTITY, 1);
        before.begun(0);
        before.ended(0, RequestMethod.GET, 200, null, 1, IDENTITY, 1);
        before.begun(0);
        before.ended(0, RequestMethod.GET, 404, null, 1, IDENTITY, 1);

        assertThat(requests()).containsExactly(Map.entry("200", 1.0));
        meters.begin(other); // changes nothing
        assertThat(requests()).containsExactly(Map.entry("200", 1.0));
    }

    private Map<String, Double> requests() {
        Map<String, Double> byStatus = new TreeMap<>();
        scrape().forEach((series, value) -> {
            if (series.startsWith("http_requests_total{")) {
                byStatus.put(series.replaceAll(".*status=(\\d+).*", "$1"), value);
            }
        });
        return byStatus;
    }

    @Test
    void attemptsCountByHowFarTheyGotAndWhyTheyFailed() {
        AttemptMeters charge = meters.attempts("charge", "payments");
        charge.ended(0, attempt(200, null), IDENTITY);
        charge.ended(0, attempt(503, null), IDENTITY);
        charge.ended(0, attempt(0, Failure.of(Kind.RESET, "")), IDENTITY);
        charge.ended(0, attempt(0, Failure.of(Kind.CONNECT_REFUSED, "").delivered(Delivery.REFUSED)), IDENTITY);

        assertThat(scrape())
                .containsEntry(attempts("total", "answered", "none"), 2.0)
                .containsEntry(attempts("total", "unknown", "reset"), 1.0)
                .containsEntry(attempts("total", "refused", "connect_refused"), 1.0)
                .containsEntry(attempts("duration_seconds", "answered", "none"), 4.0);
    }

    private static String attempts(String what, String outcome, String cause) {
        String name = what.equals("total") ? "outrigger_attempts_total" : "outrigger_attempt_duration_seconds";
        return name + "{route=charge,upstream=payments,outcome=" + outcome + ",cause=" + cause + "}";
    }

    @Test
    void aConnectionIsActiveThenIdleThenActiveThenGone() {
        UpstreamMeters payments = meters.upstream("payments");
        payments.connected(0);
        assertThat(pools()).containsExactly(0.0, 1.0, 1.0);
        payments.released(0);
        assertThat(pools()).containsExactly(1.0, 0.0, 1.0);
        payments.taken(0);
        assertThat(pools()).containsExactly(0.0, 1.0, 1.0);
        payments.closedActive(0);
        assertThat(pools()).containsExactly(0.0, 0.0, 0.0);

        payments.connected(0);
        payments.released(0);
        payments.closedIdle(0);
        assertThat(pools()).containsExactly(0.0, 0.0, 0.0);
        assertThat(scrape()).containsEntry("outrigger_pool_connects_total{upstream=payments,result=success}", 2.0);
    }

    private double[] pools() {
        Map<String, Double> scraped = scrape();
        return new double[] {
            scraped.get("outrigger_pool_connections{upstream=payments,state=idle}"),
            scraped.get("outrigger_pool_connections{upstream=payments,state=active}"),
            scraped.get("outrigger_connections{side=upstream}")
        };
    }

    @Test
    void aFailedConnectCountsByItsCause() {
        meters.upstream("payments").connectFailed(0, Kind.CONNECT_TIMEOUT);

        assertThat(scrape())
                .containsEntry("outrigger_pool_connects_total{upstream=payments,result=connect_timeout}", 1.0)
                .containsEntry("outrigger_pool_connects_total{upstream=payments,result=success}", 0.0);
    }

    @Test
    void theUsualReasonsBeginAtZero() {
        meters.upstream("payments");
        meters.handshakes("secure").mayFail("not_tls");

        assertThat(scrape())
                .containsEntry("outrigger_pool_connects_total{upstream=payments,result=success}", 0.0)
                .containsEntry("outrigger_pool_connects_total{upstream=payments,result=connect_refused}", 0.0)
                .containsEntry("outrigger_pool_connects_total{upstream=payments,result=connect_timeout}", 0.0)
                .containsEntry("outrigger_pool_connects_total{upstream=payments,result=tls_failed}", 0.0)
                .containsEntry("outrigger_tls_handshakes_total{listener=secure,result=success}", 0.0)
                .containsEntry("outrigger_tls_handshakes_total{listener=secure,result=not_tls}", 0.0);
    }

    @Test
    void clientsConnectionsCountOnTheirSide() {
        meters.downstreamConnections().opened(0);
        meters.downstreamConnections().opened(0);
        meters.downstreamConnections().closed(0);

        assertThat(scrape())
                .containsEntry("outrigger_connections{side=downstream}", 1.0)
                .containsEntry("outrigger_connections{side=upstream}", 0.0);
    }

    @Test
    void whatIsKeptByAReloadGoesOnCounting() {
        RouteMeters before = used("charge");
        meters.retain("shop", Set.of("charge"), Set.of("payments"));

        assertThat(meters.route("shop", "charge")).isSameAs(before);
        assertThat(meters.attempts("charge", "payments")).isSameAs(meters.attempts("charge", "payments"));
        used("charge");
        assertThat(scrape())
                .containsEntry("http_requests_total{service=shop,route=charge,method=GET,status=502}", 2.0)
                .containsEntry("outrigger_failures_total{route=charge,cause=reset}", 2.0)
                .containsEntry(attempts("total", "unknown", "reset"), 2.0);
    }

    @Test
    void whatIsGoneAfterAReloadDisappears() {
        used("charge");
        used("list");
        used(Meters.NO_ROUTE);
        meters.upstream("payments").connectFailed(0, Kind.DNS_FAILED);
        meters.upstream("old").connected(0);
        meters.attempts("list", "old").ended(0, attempt(200, null), IDENTITY);

        meters.retain("shop", Set.of("list"), Set.of("payments"));

        assertThat(scrape().keySet())
                .noneMatch(name -> name.contains("charge") || name.contains("=old"))
                .anyMatch(name -> name.startsWith("http_requests_total{service=shop,route=list"))
                .anyMatch(name -> name.startsWith("http_requests_total{service=shop,route=(none)"))
                .anyMatch(name -> name.startsWith("outrigger_pool_connects_total{upstream=payments"))
                .anyMatch(name -> name.startsWith("outrigger_connections"));
    }

    @Test
    void handshakesOfAListenerThatIsGoneDisappear() {
        meters.handshakes("stays").success(0);
        meters.handshakes("goes").failure(0, "protocol");

        meters.retainListeners(Set.of("stays"));

        assertThat(scrape())
                .containsEntry("outrigger_tls_handshakes_total{listener=stays,result=success}", 1.0)
                .satisfies(all -> assertThat(all.keySet()).noneMatch(name -> name.contains("goes")));
    }

    @Test
    void anotherServiceNameBeginsNewSeries() {
        used("charge");
        meters.retain("store", Set.of("charge"), Set.of("payments"));

        assertThat(scrape().keySet()).noneMatch(name -> name.contains("service=shop"));
    }

    @Test
    void anExchangeThatOutlivesItsRouteShowsNothing() {
        RouteMeters route = meters.route("shop", "charge");
        AttemptMeters attempts = meters.attempts("charge", "payments");
        UpstreamMeters upstream = meters.upstream("payments");
        route.begun(0);
        meters.retain("shop", Set.of(), Set.of());

        route.ended(0, RequestMethod.GET, 502, Failure.of(Kind.RESET, ""), 5, IDENTITY, 1);
        attempts.ended(0, attempt(0, Failure.of(Kind.RESET, "")), IDENTITY);
        upstream.connectFailed(0, Kind.DNS_FAILED);

        assertThat(scrape().keySet())
                .containsExactlyInAnyOrder(
                        "outrigger_connections{side=downstream}", "outrigger_connections{side=upstream}");
    }

    private RouteMeters used(String name) {
        RouteMeters route = meters.route("shop", name);
        route.begun(0);
        route.ended(0, RequestMethod.GET, 502, Failure.of(Kind.RESET, ""), 5, IDENTITY, 1);
        meters.attempts(name, "payments").ended(0, attempt(0, Failure.of(Kind.RESET, "")), IDENTITY);
        return route;
    }
}
