package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.key.Environment;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people see of a configuration. */
class EffectiveTest {
    private static Effective effective(String yaml) {
        return Yaml.accepted(yaml, Environment.EMPTY).effective();
    }

    @Test
    void everyDefaultIsFilledIn() throws IOException {
        assertThat(effective(Yaml.resource("fine/smallest.yaml")).yaml())
                .isEqualTo(Yaml.resource("smallest-effective.yaml"));
    }

    @Test
    void whatAnotherKeyImpliesIsFilledInAtItsPlace() {
        String route = Yaml.SMALLEST + "routes: [{name: a, upstream: app, circuitBreaker: {%s}}]\n";
        assertThat(effective(route.formatted("slowCall: 1s")).yaml())
                .contains("      slowCall: 1s\n      slowRate: 80%\n      failureStatuses:");
        assertThat(effective(route.formatted("slowCall: 1s, slowRate: 30%")).yaml())
                .contains("      slowRate: 30%\n");
        assertThat(effective(route.formatted("")).yaml()).doesNotContain("slow");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            circuitBreaker: {halfOpenCalls: 1}                      | halfOpenCalls: 1, successesToClose: 1
            circuitBreaker: {halfOpenCalls: 2}                      | halfOpenCalls: 2, successesToClose: 2
            circuitBreaker: {halfOpenCalls: 9}                      | halfOpenCalls: 9, successesToClose: 2
            circuitBreaker: {successesToClose: 5}                   | halfOpenCalls: 5, successesToClose: 5
            circuitBreaker: {halfOpenCalls: 9, successesToClose: 5} | halfOpenCalls: 9, successesToClose: 5
            concurrency: {max: 3}                                   | min: 3, max: 3
            concurrency: {max: 7}                                   | min: 5, max: 7
            concurrency: {min: 2000}                                | min: 2000, max: 2000
            concurrency: {}                                         | min: 5, max: 1000
            """)
    void aDefaultGivesWayToWhatIsGivenBesideIt(String policy, String shown) {
        String yaml = effective(Yaml.SMALLEST + "routes: [{name: a, upstream: app, " + policy + "}]\n")
                .yaml();
        assertThat(yaml).contains("      " + shown.replace(", ", "\n      ") + "\n");
        assertThat(effective(yaml).yaml()).as("read again").isEqualTo(yaml);
    }

    @Test
    void whatIsSwitchedOffSaysSo() {
        Effective effective = effective(
                Yaml.SMALLEST + "defaults: {retry: false, timeout: OFF}\nroutes: [{name: a, upstream: app}]\n");
        assertThat(effective.tree().get("defaults")).hasToString("{timeout=off, retry=off}");
        assertThat(effective.yaml()).contains("  - name: a\n    match: {}\n", "    timeout: off\n    retry: off\n");
    }

    @Test
    void whatMightLetSomebodyInIsNotShown() {
        Effective effective = effective(Yaml.SMALLEST + """
                routes:
                  - name: a
                    upstream: app
                    match: {headers: {Authorization: Bearer hunter2, Cookie: {regex: "id=hunter2"}, x-tenant: acme}}
                """);
        assertThat(effective.yaml())
                .doesNotContain("hunter2")
                .contains("authorization: \"***\"", "cookie: \"***\"", "x-tenant: acme");
    }

    @Test
    void passwordsInUrisAreNotShown() {
        assertThat(Texts.withoutPassword("redis://user:hunter2@redis:6379/0")).isEqualTo("redis://***@redis:6379/0");
        assertThat(Texts.withoutPassword("redis://:hunt@er2@redis")).isEqualTo("redis://***@redis");
        assertThat(Texts.withoutPassword("redis://redis:6379")).isEqualTo("redis://redis:6379");
        assertThat(Texts.withoutPassword("hunter2@redis")).isEqualTo("***@redis");
    }

    @Test
    void valuesKeepTheirTypesInTheTree() {
        assertThat(effective(
                                Yaml.SMALLEST
                                        + "defaults: {retry: {attempts: 2, respectRetryAfter: false, on: [refused, 503, 500-502]}}")
                        .tree()
                        .get("defaults"))
                .asString()
                .contains("attempts=2", "respectRetryAfter=false", "on=[refused, 503, 500-502]", "bodyBuffer=64KiB");
    }

    @Test
    void theHashIsThatOfTheContent() {
        assertThat(Yaml.accepted(Yaml.SMALLEST, Environment.EMPTY).hash())
                .matches("[0-9a-f]{64}")
                .isEqualTo(Yaml.accepted(Yaml.SMALLEST, Environment.EMPTY).hash())
                .isNotEqualTo(
                        Yaml.accepted(Yaml.SMALLEST + "\n", Environment.EMPTY).hash());
        assertThat(Yaml.read("", Environment.EMPTY).hash())
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
