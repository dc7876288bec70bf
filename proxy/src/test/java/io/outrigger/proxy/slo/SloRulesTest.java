package io.outrigger.proxy.slo;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.ConfigReader;
import io.outrigger.config.ReadResult;
import io.outrigger.config.key.Environment;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SloRulesTest {
    private static final String TOP = """
            service: SERVICE
            listeners: [{name: out, address: "127.0.0.1:0", upstream: app}]
            upstreams: {app: {endpoints: ["127.0.0.1:1"]}}
            """;

    static String rules(String yaml, String selector) {
        return rules("checkout", yaml, selector);
    }

    /** @param service as YAML */
    static String rules(String service, String yaml, String selector) {
        String text = TOP.replace("SERVICE", service) + yaml;
        ReadResult read = ConfigReader.read("test", text.getBytes(StandardCharsets.UTF_8), Environment.EMPTY);
        assertThat(read).isInstanceOf(ReadResult.Ok.class);
        return SloRules.of(((ReadResult.Ok) read).config(), selector);
    }

    private static String charge(String slo) {
        return "routes: [{name: charge, match: {}, upstream: app, slo: " + slo + "}]\n";
    }

    @Test
    void aPromiseHasItsShareOfBadRequestsAndItsAlerts() {
        assertThat(rules(charge("{availability: 99.9%, latency: off}"), ""))
                .contains("""
                  - name: "outrigger-slo-checkout-charge"
                    rules:
                      - record: service_route_sli:outrigger_slo_errors:ratio_rate5m
                        labels: {service: "checkout", route: "charge", sli: availability}
                        expr: |
                          sum(rate(outrigger_slo_events_total{route="charge",sli="availability",result="bad"}[5m]))
                            / sum(rate(outrigger_slo_events_total{route="charge",sli="availability"}[5m]))
                """)
                .contains("""
                      - alert: OutriggerErrorBudgetBurn
                        expr: |
                          service_route_sli:outrigger_slo_errors:ratio_rate6h{service="checkout",route="charge",sli="availability"} >= 6 * 0.001
                            and service_route_sli:outrigger_slo_errors:ratio_rate30m{service="checkout",route="charge",sli="availability"} >= 6 * 0.001
                        labels: {severity: page, burn_rate: "6", route: "charge", sli: availability}
                        annotations:
                          summary: 'Route {{ $labels.route }} of {{ $labels.service }} burns its error budget (availability) more than 6 times too fast'
                          description: '{{ $value | humanizePercentage }} of the requests in 6h were not good; promised are 99.9%. At 6 times the budget of 30d lasts 5d.'
                          runbook_url: https://github.com/outrigger/outrigger/blob/main/docs/runbooks/OutriggerErrorBudgetBurn.md
                """)
                .doesNotContain("latency");
    }

    @Test
    void latencyIsAPromiseOfItsOwn() {
        assertThat(rules(charge("{latency: {objective: 95%, under: 250ms}}"), ""))
                .contains(
                        "sli: latency}",
                        "sli=\"latency\"} >= 14.4 * 0.05",
                        "in 1h were not good within 250ms; promised are 95%. At 14.4 times the budget of 30d lasts 50h.");
    }

    @Test
    void whatCannotBurnSoFastHasNoSuchAlert() {
        String rules = rules(charge("{availability: 80%, latency: off}"), "");
        assertThat(rules)
                .contains("# Left out: availability of 80% cannot burn 14.4 times too fast.")
                .contains("# Left out: availability of 80% cannot burn 6 times too fast.")
                .contains(">= 3 * 0.2\n", ">= 1 * 0.2\n")
                .doesNotContain("severity: page");
    }

    @Test
    void smallSharesAreWrittenOut() {
        assertThat(rules(charge("{availability: 99.9999%}"), "")).contains(">= 14.4 * 0.000001\n");
    }

    @Test
    void theSelectorIsInEveryLookAtCounters() {
        assertThat(rules(charge("{}"), "job=\"checkout\"").lines().filter(line -> line.contains("_events_total{")))
                .hasSize(2 * 7 * 2)
                .allMatch(line -> line.contains("{job=\"checkout\",route=\"charge\",sli=\""));
    }

    @Test
    void whatNoRouteTakesMayPromiseSomethingToo() {
        assertThat(rules("defaults: {slo: {}}\n", "")).contains("route: \"listener:out\"");
    }

    @Test
    void withoutPromisesThereAreNoRules() {
        assertThat(rules("", "")).endsWith("# No route has an slo.\ngroups: []\n");
    }
}
