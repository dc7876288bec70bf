package io.outrigger.proxy.slo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules as Prometheus understands them, asked of its promtool: what fires, and what stays silent. */
class PromtoolTest {
    private static final String SLO = "{availability: 99.9%, latency: {objective: 99%, under: 300ms}}";
    private static final int EVENTS = 100_000; // in each step of two minutes
    private static final int DAY = 24 * 30; // in steps
    private static final int HOUR = 30;

    @TempDir
    Path folder;

    /** How many of a hundred thousand requests are bad, for how many steps. */
    private record Time(int steps, int bad) {}

    private final List<Time> availability = new ArrayList<>();
    private final List<Time> latency = new ArrayList<>();

    @BeforeEach
    void threeGoodDays() {
        availability.add(new Time(3 * DAY, 0));
    }

    @Test
    void promtoolFindsNothingWrong() throws Exception {
        assertThat(check(SloRulesTest.rules(charge(), "job=\"checkout\""))).contains("22 rules found");
        assertThat(check(SloRulesTest.rules("", ""))).contains("0 rules found");
        String odd = "\"a'\\\"\\\\{{$x}}\\u0085\u00e9\"";
        assertThat(check(SloRulesTest.rules(odd, charge() + "defaults: {slo: {availability: 80%}}\n", "")))
                .contains("42 rules found");
    }

    @Test
    void goodTimesAreSilent() throws Exception {
        availability.add(new Time(4 * HOUR, 0));
        fires(Map.of());
    }

    @Test
    void noTrafficIsSilent() throws Exception {
        availability.set(0, new Time(0, 0));
        fires(Map.of());
    }

    @Test
    void anHourTwentyTimesTooFastPages() throws Exception {
        availability.add(new Time(HOUR, 2_000));
        fires(Map.of("14.4", "page"));
    }

    @Test
    void theFastPageEndsWithItsShortWindow() throws Exception {
        availability.add(new Time(HOUR, 2_000));
        availability.add(new Time(5, 0)); // the long one is still at 16.7
        fires(Map.of());
    }

    @Test
    void aMomentTwentyTimesTooFastIsSilent() throws Exception {
        availability.add(new Time(5, 2_000)); // ten minutes: an hour is at 3.3
        fires(Map.of());
    }

    @Test
    void sixHoursSevenTimesTooFastPage() throws Exception {
        availability.add(new Time(6 * HOUR, 700));
        fires(Map.of("6", "page"));
    }

    @Test
    void aDayThreeAndAHalfTimesTooFastIsATicket() throws Exception {
        availability.add(new Time(DAY - 2 * HOUR, 350));
        availability.add(new Time(2 * HOUR, 350));
        fires(Map.of("3", "ticket", "1", "ticket"));
    }

    @Test
    void threeDaysAHalfTooFastAreATicket() throws Exception {
        availability.add(new Time(3 * DAY, 150));
        fires(Map.of("1", "ticket"));
    }

    @Test
    void whatIsAllowedIsSilent() throws Exception {
        availability.add(new Time(3 * DAY, 90));
        fires(Map.of());
    }

    @Test
    void slownessHasABudgetOfItsOwn() throws Exception {
        latency.add(new Time(3 * DAY, 0));
        latency.add(new Time(HOUR, 20_000));
        availability.add(new Time(HOUR, 0));
        fires("latency", Map.of("14.4", "page"));
    }

    @Test
    void othersWithARouteOfThatNameAreNotCounted() throws Exception {
        availability.add(new Time(HOUR, 2_000));
        Path rules = folder.resolve("rules.yaml");
        Files.writeString(rules, SloRulesTest.rules(charge(), "job=\"another\""));
        test(expectation("availability", Map.of()));
    }

    private static String charge() {
        return "routes: [{name: charge, match: {}, upstream: app, slo: " + SLO + "}]\n";
    }

    private void fires(Map<String, String> severities) throws Exception {
        fires("availability", severities);
    }

    /** That these alerts of a promise, severity by rate, and no others fire at the end. */
    private void fires(String sli, Map<String, String> severities) throws Exception {
        Files.writeString(folder.resolve("rules.yaml"), SloRulesTest.rules(charge(), "job=\"checkout\""));
        test(expectation(sli, severities));
    }

    private void test(String expectations) throws Exception {
        Path tests = Files.writeString(folder.resolve("test.yaml"), """
                rule_files: [rules.yaml]
                evaluation_interval: 10m
                tests:
                  - interval: 2m
                    input_series:
                %s
                    promql_expr_test:
                %s
                """.formatted(
                        series("availability", availability) + series("latency", latency), expectations));
        assertThat(promtool("test", "rules", tests.toString())).contains("SUCCESS");
    }

    /** Labels only: what they say beside them is for people, and tried by the other test. */
    private String expectation(String sli, Map<String, String> severities) {
        String samples = severities.entrySet().stream()
                .map(one -> "{labels: '{burn_rate=\"" + one.getKey() + "\", severity=\"" + one.getValue()
                        + "\", service=\"checkout\", route=\"charge\", sli=\"" + sli + "\"}', value: 1}")
                .collect(Collectors.joining(", ", "[", "]"));
        int steps = Math.max(steps(availability), steps(latency));
        return "      - {expr: 'sum by (burn_rate, severity, service, route, sli)"
                + " (ALERTS{alertname=\"OutriggerErrorBudgetBurn\",alertstate=\"firing\"})', eval_time: " + 2 * steps
                + "m, exp_samples: " + samples + "}";
    }

    private static int steps(List<Time> times) {
        return times.stream().mapToInt(Time::steps).sum();
    }

    /** The counters of two sidecars that have seen the same. */
    private static String series(String sli, List<Time> times) {
        StringBuilder series = new StringBuilder();
        for (String pod : List.of("a", "b")) {
            for (String result : List.of("good", "bad")) {
                series.append("      - {series: 'outrigger_slo_events_total{job=\"checkout\",instance=\"")
                        .append(pod)
                        .append("\",route=\"charge\",sli=\"")
                        .append(sli)
                        .append("\",result=\"")
                        .append(result)
                        .append("\"}', values: '0");
                long total = 0;
                for (Time time : times) {
                    int each = result.equals("bad") ? time.bad : EVENTS - time.bad;
                    if (time.steps > 0) {
                        series.append(' ')
                                .append(total + each)
                                .append('+')
                                .append(each)
                                .append('x');
                        series.append(time.steps - 1);
                    }
                    total += (long) each * time.steps;
                }
                series.append("'}\n");
            }
        }
        return series.toString();
    }

    private String check(String rules) throws Exception {
        return promtool(
                "check",
                "rules",
                "--lint-fatal",
                Files.writeString(folder.resolve("rules.yaml"), rules).toString());
    }

    /** What it says, where it found nothing wrong. */
    private static String promtool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
