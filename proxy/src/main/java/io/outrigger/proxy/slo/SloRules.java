package io.outrigger.proxy.slo;

import io.outrigger.config.OutriggerConfig;
import io.outrigger.config.RouteConfig;
import io.outrigger.config.SloConfig;
import io.outrigger.config.key.Durations;
import java.util.List;
import java.util.stream.Stream;

/**
 * Prometheus rules for what the routes of a configuration promise: for each promise the share of bad requests over
 * seven windows, and the alerts on them. Confined to the thread that asks.
 */
public final class SloRules {
    private static final List<String> WINDOWS = List.of("5m", "30m", "1h", "2h", "6h", "1d", "3d");
    private static final String EVENTS = "outrigger_slo_events_total";
    private static final String RATIO = "service_route_sli:outrigger_slo_errors:ratio_rate";
    /** The name of the alerts, which is that of their runbook. */
    public static final String ALERT = "OutriggerErrorBudgetBurn";

    private static final String RUNBOOK =
            "https://github.com/outrigger/outrigger/blob/main/docs/runbooks/" + ALERT + ".md";

    private final String service;
    private final String selector; // empty, or ends in a comma
    private final StringBuilder out = new StringBuilder(4096);

    private SloRules(String service, String selector) {
        this.service = service;
        this.selector = selector.isEmpty() ? "" : selector + ",";
    }

    /**
     * A file for {@code rule_files}.
     *
     * @param selector matchers of PromQL that only the sidecars with this configuration have, such as
     *     {@code job="checkout"}; empty where no others have routes of these names
     */
    public static String of(OutriggerConfig config, String selector) {
        SloRules rules = new SloRules(config.service(), selector);
        rules.all(routes(config)
                .filter(route -> route.policies().slo().isPresent())
                .toList());
        return rules.out.toString();
    }

    /** With those that take what no other route of a listener takes. */
    private static Stream<RouteConfig> routes(OutriggerConfig config) {
        return Stream.concat(
                config.routes().stream(),
                config.listeners().stream().flatMap(listener -> config.unmatched(listener).stream()));
    }

    private void all(List<RouteConfig> routes) {
        line(0, "# Written by outrigger slo-rules; docs/slo.md says what these are.");
        if (routes.isEmpty()) {
            line(0, "# No route has an slo.");
            line(0, "groups: []");
            return;
        }
        line(0, "groups:");
        for (RouteConfig route : routes) {
            route.policies().slo().ifPresent(slo -> group(route.name(), slo));
        }
    }

    private void group(String route, SloConfig slo) {
        line(2, "- name: " + quoted("outrigger-slo-" + service + "-" + route));
        line(4, "rules:");
        for (Promise promise : Promise.of(slo)) {
            WINDOWS.forEach(window -> record(route, promise, window));
            for (BurnAlert alert : BurnAlert.values()) {
                if (alert.canFire(promise.allowed())) {
                    alert(route, promise, alert);
                } else {
                    line(
                            6,
                            "# Left out: " + promise.sli() + " of " + promise.objective() + " cannot burn "
                                    + alert.rate() + " times too fast.");
                }
            }
        }
    }

    private void record(String route, Promise promise, String window) {
        String events = EVENTS + "{" + selector + "route=" + quoted(route) + ",sli=" + quoted(promise.sli());
        line(6, "- record: " + RATIO + window);
        line(8, "labels: {service: " + quoted(service) + ", route: " + quoted(route) + ", sli: " + promise.sli() + "}");
        line(8, "expr: |");
        line(10, "sum(rate(" + events + ",result=\"bad\"}[" + window + "]))");
        line(12, "/ sum(rate(" + events + "}[" + window + "]))");
    }

    /** The service comes from the labels of what fired, because labels of alerts are templates and its name is any text. */
    private void alert(String route, Promise promise, BurnAlert alert) {
        String whose =
                "{service=" + quoted(service) + ",route=" + quoted(route) + ",sli=" + quoted(promise.sli()) + "}";
        String most = whose + " >= " + alert.rate() + " * " + promise.allowed().toPlainString();
        line(6, "- alert: " + ALERT);
        line(8, "expr: |");
        line(10, RATIO + alert.longer() + most);
        line(12, "and " + RATIO + alert.shorter() + most);
        line(
                8,
                "labels: {severity: " + alert.severity() + ", burn_rate: \"" + alert.rate() + "\", route: "
                        + quoted(route) + ", sli: " + promise.sli() + "}");
        line(8, "annotations:");
        line(
                10,
                "summary: 'Route {{ $labels.route }} of {{ $labels.service }} burns its error budget (" + promise.sli()
                        + ") more than " + alert.rate() + " times too fast'");
        line(
                10,
                "description: '{{ $value | humanizePercentage }} of the requests in " + alert.longer() + " "
                        + promise.what() + "; promised are " + promise.objective() + ". At " + alert.rate()
                        + " times the budget of " + Durations.format(promise.window()) + " lasts "
                        + Durations.format(promise.lasts(alert)) + ".'");
        line(10, "runbook_url: " + RUNBOOK);
    }

    private void line(int indent, String text) {
        out.repeat(' ', indent).append(text).append('\n');
    }

    /** A string of YAML and of PromQL: both have these escapes. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c >= 0x7F && c < 0xA0 || c == 0x2028 || c == 0x2029 || c == 0xFEFF) {
                quoted.append("\\u").append(java.util.HexFormat.of().toHexDigits(c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
