package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Rules and dashboards ask for what the program has: a real Prometheus scrapes a real run, in which every filter acts. */
class AlertsTest {
    private static final Path DEPLOY = Path.of("../deploy");
    private static final Path RULES = DEPLOY.resolve("prometheus/alerts.yaml");
    private static final Pattern SELECTOR =
            Pattern.compile("(?<![\\w:$])(?:outrigger|http|process|jvm|service_route)[\\w:]+(?:\\{[^}]*})?");

    private static final Pattern PROMQL = Pattern.compile("(?s)```promql\n(.*?)```");

    /** The only one that no run has: it takes a bug of the proxy. */
    private static final String WANTS_A_BUG = "outrigger_failures_total{cause=\"internal\"}";

    private static Exercised run;
    private static PrometheusServer prometheus;

    @BeforeAll
    static void start() throws Exception {
        run = new Exercised();
        prometheus = PrometheusServer.scraping(run.program().adminPort(), hastened(Files.readString(RULES)));
    }

    @AfterAll
    static void end() throws Exception {
        prometheus.close();
        run.close();
    }

    /** The same rules, for somebody who looks twice a second: what takes minutes and hours there takes seconds here. */
    private static String hastened(String rules) {
        return rules.replaceAll("\\[\\d+[mh]\\]", "[3s]")
                .replaceAll("(?m)^( +for:) \\d+m$", "$1 1s")
                .replaceAll("offset \\d+m", "offset 3s");
    }

    private static String firing(String alert, String labels) {
        return "ALERTS{alertstate=\"firing\",alertname=\"" + alert + "\"" + labels + "}";
    }

    @Test
    void promtoolFindsNothingWrong() throws Exception {
        assertThat(PrometheusServer.promtool("check", "rules", "--lint=all", RULES.toString()))
                .contains("SUCCESS: 32 rules found");
        assertThat(PrometheusServer.promtool(
                        "check",
                        "config",
                        DEPLOY.resolve("prometheus/prometheus.yaml").toString()))
                .contains("SUCCESS");
    }

    @Test
    void eachAlertFiresAndStaysSilentAsItsTestSays() throws Exception {
        String tests = Files.readString(DEPLOY.resolve("prometheus/alerts.test.yaml"));
        Pattern.compile("(?m)^ +- alert: (\\w+)$")
                .matcher(Files.readString(RULES))
                .results()
                .forEach(alert -> assertThat(tests)
                        .contains("name: " + alert.group(1) + " fires", "name: " + alert.group(1) + " stays silent"));
        PrometheusServer.promtool(
                "test", "rules", DEPLOY.resolve("prometheus/alerts.test.yaml").toString());
    }

    /** As people have them on their dashboards, without a word of ours. */
    @Test
    void queriesThatTeamsAlreadyHaveRunUnchanged() throws Exception {
        for (String query : List.of(
                "sum by (service, route) (rate(http_requests_total[1m]))",
                "sum(rate(http_requests_total{service=\"shop\",status=~\"5..\"}[1m])) / sum(rate(http_requests_total{service=\"shop\"}[1m]))",
                "histogram_quantile(0.95, sum by (service, route, le) (rate(http_request_duration_seconds_bucket[1m])))",
                "sum by (method, status) (rate(http_requests_total{route=\"outage\"}[1m]))")) {
            prometheus.awaitSeries(query);
        }
    }

    @Test
    void rulesSelectWhatIsThere() throws Exception {
        List<JsonNode> rules = prometheus.rules();
        assertThat(rules).hasSize(32);
        Set<String> selectors = new TreeSet<>();
        for (JsonNode rule : rules) {
            prometheus.query(rule.path("query").asText());
            assertThat(rule.path("lastError").asText())
                    .as(rule.path("name").asText())
                    .isEmpty();
            SELECTOR.matcher(rule.path("query").asText()).results().forEach(found -> selectors.add(found.group()));
        }
        assertThat(selectors).hasSizeGreaterThan(35);
        assertThat(selectors.remove(WANTS_A_BUG)).isTrue();
        for (String selector : selectors) {
            prometheus.awaitSeries(selector);
        }
        assertThat(prometheus.query(WANTS_A_BUG)).isEmpty();
    }

    @Test
    void everyPanelShowsSomething() throws Exception {
        int expressions = 0;
        for (JsonNode dashboard : Dashboards.all()) {
            assertThat(Dashboards.variables(dashboard)).contains("datasource", "service");
            for (JsonNode panel : Dashboards.panels(dashboard)) {
                boolean row = panel.path("type").asText().equals("row");
                assertThat(row
                                || !panel.path("fieldConfig")
                                        .path("defaults")
                                        .path("unit")
                                        .asText()
                                        .isEmpty())
                        .isTrue();
                for (JsonNode target : panel.path("targets")) {
                    assertThat(target.path("datasource").path("uid").asText()).isEqualTo("${datasource}");
                    prometheus.awaitSeries(Dashboards.filled(target, dashboard, "10s"));
                    expressions++;
                }
            }
        }
        assertThat(expressions).isGreaterThan(50);
    }

    @Test
    void queriesOfRunbooksAreRight() throws Exception {
        int queries = 0;
        try (Stream<Path> files = Files.list(Path.of("../docs/runbooks"))) {
            for (Path file : files.toList()) {
                for (var block :
                        PROMQL.matcher(Files.readString(file)).results().toList()) {
                    for (String query : block.group(1).lines().toList()) {
                        prometheus.query(query);
                        queries++;
                    }
                }
            }
        }
        assertThat(queries).isGreaterThan(64); // there are as many runbooks
    }

    @Test
    void anOutageIsNoticedAndSoIsItsEnd() throws Exception {
        String errors = firing("OutriggerErrorsHigh", ",service=\"shop\",route=\"outage\"");
        String latency = firing("OutriggerLatencyHigh", ",service=\"shop\",route=\"outage\"");
        prometheus.awaitSeries("service_route:http_request_duration_seconds:p95_rate5m{route=\"outage\"} < 1");
        assertThat(prometheus.query(errors)).isEmpty();
        assertThat(prometheus.query(latency)).isEmpty();
        run.outage(true);
        prometheus.awaitSeries(errors);
        prometheus.awaitSeries(latency);
        run.outage(false);
        prometheus.awaitNoSeries(errors);
        prometheus.awaitNoSeries(latency);
    }

    @Test
    void whatGoesWrongAllTheTimeIsNoticed() throws Exception {
        for (String alert : List.of(
                firing("OutriggerCircuitOpen", ",route=\"broken\""),
                firing("OutriggerRetryBudgetEmpty", ",route=\"poor\""),
                firing("OutriggerRetriesDenied", ",route=\"retried\",reason=\"attempts\""),
                firing("OutriggerBulkheadSaturated", ",bulkhead=\"packed\""),
                firing("OutriggerPoolExhausted", ",route=\"pooled\""),
                firing("OutriggerLoadShed", ",route=\"adaptive\""),
                firing("OutriggerConnectionsFull", ""),
                firing("OutriggerEndpointUnhealthy", ",upstream=\"half\""),
                firing("OutriggerPanic", ",upstream=\"half\""),
                firing("OutriggerIdempotencyStoreFailing", ",route=\"unstored\""),
                firing("OutriggerRateLimitStoreAway", ",route=\"shared\""),
                firing("OutriggerResponsesCut", ",route=\"cut\""),
                firing("OutriggerDegraded", ",route=\"degraded\",rung=\"static\""))) {
            prometheus.awaitSeries(alert);
        }
        for (String alert :
                List.of("OutriggerDown", "OutriggerRestarting", "OutriggerConfigDrift", "OutriggerInternalFailures")) {
            assertThat(prometheus.query(firing(alert, ""))).as(alert).isEmpty();
        }
    }

    @Test
    void aFileThatIsNotInForceIsNoticed() throws Exception {
        String good = Files.readString(run.file());
        Files.writeString(run.file(), good + "\nrouts: []\n");
        prometheus.awaitSeries(firing("OutriggerReloadFailed", ""));
        Files.writeString(run.file(), good);
        prometheus.awaitNoSeries(firing("OutriggerReloadFailed", ""));
    }
}
