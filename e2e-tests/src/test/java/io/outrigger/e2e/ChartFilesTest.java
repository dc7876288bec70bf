package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The alerts and dashboards that the chart installs are those that are tried elsewhere, to the byte. */
class ChartFilesTest {
    private static final Path RULES = Chart.OUTRIGGER.resolve("files/rules");
    private static final Path DASHBOARDS = Chart.OUTRIGGER.resolve("files/dashboards");

    /**
     * A chart reaches no files outside of it, so it has copies. To make them anew:
     * {@code mvn verify -pl e2e-tests -am -Dtest=ChartFilesTest -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write}.
     */
    @Test
    void theChartHasTheAlertsAndDashboardsOfThisRepository() throws IOException {
        var rules = files(Chart.ROOT.resolve("deploy/prometheus"), ".yaml");
        rules.values()
                .removeIf(text -> !text.lines().anyMatch("groups:"::equals)); // how a scraper is set up, and others
        var dashboards = files(Chart.ROOT.resolve("deploy/grafana/dashboards"), ".json");
        assertThat(rules).containsKey("alerts.yaml");
        assertThat(dashboards).hasSizeGreaterThan(1);
        if (System.getProperty("docs.write") != null) {
            write(rules, RULES);
            write(dashboards, DASHBOARDS);
        }
        assertSame(files(RULES, ".yaml"), rules);
        assertSame(files(DASHBOARDS, ".json"), dashboards);
    }

    private static void assertSame(Map<String, String> copies, Map<String, String> originals) {
        assertThat(copies.keySet())
                .as("copies under helm/outrigger/files; call this test with -Ddocs.write to make them")
                .isEqualTo(originals.keySet());
        originals.forEach((name, text) -> assertThat(copies.get(name).equals(text))
                .as("%s is the same in the chart; call this test with -Ddocs.write to copy it", name)
                .isTrue());
    }

    private static Map<String, String> files(Path folder, String ending) throws IOException {
        Map<String, String> files = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> all = Files.list(folder)) {
                for (Path file :
                        all.filter(one -> one.toString().endsWith(ending)).toList()) {
                    files.put(file.getFileName().toString(), Files.readString(file));
                }
            }
        }
        return files;
    }

    private static void write(Map<String, String> files, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String old : files(folder, "").keySet()) {
            Files.delete(folder.resolve(old));
        }
        for (var file : files.entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
    }

    /** Alerts and dashboards have braces of their own, in which Helm must see nothing. */
    @Test
    void eachFileBecomesAnObjectWithItsText() throws IOException {
        String rules = """
                # RED
                groups:
                  - name: red
                    rules:
                      - alert: Errors
                        expr: sum(rate(http_requests_total{status=~"5.."}[5m])) > 0
                        for: 5m
                        labels: {severity: page}
                        annotations: {summary: "{{ $labels.route }} fails: {{ $value | humanize }}"}
                """;
        String dashboard = "{\n  \"title\": \"{{route}}\", \"legend\": \"{{ route }}\"\n}\n";
        Chart chart = Chart.outrigger();
        Files.createDirectories(chart.folder().resolve("files/rules"));
        Files.createDirectories(chart.folder().resolve("files/dashboards"));
        Files.writeString(chart.folder().resolve("files/rules/tried_here.yaml"), rules);
        Files.writeString(chart.folder().resolve("files/dashboards/tried.json"), dashboard);
        var manifests = Manifests.of(chart.render("1.33.0", Chart.PAYMENTS + """
                prometheusRule: {enabled: true, labels: {release: stack}}
                dashboards: {enabled: true, labels: {grafana_dashboard: "1"}, annotations: {grafana_folder: Outrigger}}
                """));
        var rule = manifests.one(PrometheusRule.class, "shop-outrigger-tried-here");
        assertThat(rule.getMetadata().getLabels()).containsEntry("release", "stack");
        var alert = rule.getSpec().getGroups().getFirst().getRules().getFirst();
        assertThat(alert.getExpr().getStrVal()).isEqualTo("sum(rate(http_requests_total{status=~\"5..\"}[5m])) > 0");
        assertThat(alert.getAnnotations())
                .containsEntry("summary", "{{ $labels.route }} fails: {{ $value | humanize }}");
        var map = manifests.one(ConfigMap.class, "shop-outrigger-dashboard-tried");
        assertThat(map.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
        assertThat(map.getMetadata().getAnnotations()).containsEntry("grafana_folder", "Outrigger");
        assertThat(map.getData()).containsExactly(Map.entry("tried.json", dashboard));
    }

    @Test
    void eachFileOfTheChartIsOneOfThem() throws IOException {
        var manifests = Manifests.of(Chart.outrigger()
                .render("1.33.0", Chart.PAYMENTS + "prometheusRule: {enabled: true}\ndashboards: {enabled: true}\n"));
        assertThat(manifests.all(PrometheusRule.class))
                .hasSize(files(RULES, ".yaml").size());
        assertThat(manifests.all(ConfigMap.class).stream()
                        .filter(one -> "1".equals(one.getMetadata().getLabels().get("grafana_dashboard"))))
                .hasSize(files(DASHBOARDS, ".json").size());
    }
}
