package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.outrigger.config.key.Environment;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Variables in values, and how they are shown. */
class EnvironmentTest {
    private static final Map<String, String> VARIABLES = Map.of(
            "HOST",
            "10.0.0.7",
            "PORT",
            "8080",
            "ATTEMPTS",
            "2",
            "EMPTY",
            "",
            "TRICK",
            "x\nversion: 2",
            "_n1",
            "n",
            "SECRET",
            "hunter2");

    private static ReadResult.Ok accepted(String yaml) {
        return Yaml.accepted(yaml, VARIABLES::get);
    }

    private static String service(String written) {
        return accepted("service: " + written + "\n" + Yaml.SMALLEST).config().service();
    }

    @Test
    void standForWhatTheyHoldAnywhereInAValue() {
        assertThat(service("${HOST}")).isEqualTo("10.0.0.7");
        assertThat(service("'a-${HOST}:${PORT}-${_n1}'")).isEqualTo("a-10.0.0.7:8080-n");
    }

    @Test
    void haveADefaultForWhenTheyAreNotSetOrEmpty() {
        assertThat(service("${NONE:-checkout}")).isEqualTo("checkout");
        assertThat(service("${EMPTY:-checkout}")).isEqualTo("checkout");
        assertThat(service("${PORT:-checkout}")).isEqualTo("8080");
        assertThat(service("'x${NONE:-}'")).isEqualTo("x");
        assertThat(service("'${NONE:-a:-b$c}'")).isEqualTo("a:-b$c");
    }

    @Test
    void areNotLookedForBehindAnotherDollar() {
        assertThat(service("'$${HOST}'")).isEqualTo("${HOST}");
        assertThat(service("'$${HOST}-${PORT}-$5-$'")).isEqualTo("${HOST}-8080-$5-$");
    }

    @Test
    void areNotLookedForInWhatTheyHold() {
        ReadResult.Ok result = Yaml.accepted("service: ${A}\n" + Yaml.SMALLEST, Map.of("A", "${B}", "B", "c")::get);
        assertThat(result.config().service()).isEqualTo("${B}");
    }

    @Test
    void mayBeNumbersAndTextsWithOrWithoutQuotes() {
        for (String attempts : new String[] {"${ATTEMPTS}", "'${ATTEMPTS}'", "\"${ATTEMPTS}\""}) {
            OutriggerConfig config = accepted(Yaml.SMALLEST + "defaults:\n  retry:\n    attempts: " + attempts)
                    .config();
            assertThat(config.defaults().retry().orElseThrow().attempts()).isEqualTo(2);
        }
    }

    @Test
    void cannotAddKeys() {
        assertThat(Yaml.problems(Yaml.read("service: ${TRICK}\n" + Yaml.SMALLEST, VARIABLES::get)))
                .containsExactly(
                        "outrigger.yaml:1:1: service: ${TRICK} is 12 characters (expected: a name of 1 to 255 visible characters)");
    }

    @Test
    void doNotShowWhatTheyHoldInProblems() {
        String file = """
                listeners: [{name: '${SECRET}', address: '127.0.0.1:${SECRET}', upstream: '${SECRET}'}]
                upstreams: {app: {endpoints: ['${SECRET}'], balance: '${SECRET}', pool: {maxWait: '${SECRET}'}}}
                """;
        assertThat(Yaml.problems(Yaml.read(file, VARIABLES::get)))
                .hasSize(5)
                .noneMatch(line -> line.contains("hunter2"));
    }

    @Test
    void areShownByNameInTheEffectiveConfiguration() {
        ReadResult.Ok result = accepted("""
                service: ${HOST}
                listeners: [{name: out, address: "127.0.0.1:${PORT}", upstream: app}]
                upstreams: {app: {endpoints: ["${HOST}:${PORT}", {address: "${HOST}:81"}]}}
                defaults: {retry: {attempts: "${ATTEMPTS}"}}
                routes: [{name: all, upstream: app}]
                """);
        assertThat(result.effective().yaml())
                .contains(
                        "service: \"${HOST}\"\n",
                        "address: \"127.0.0.1:${PORT}\"\n",
                        "- \"${HOST}:${PORT}\"\n",
                        "address: \"${HOST}:81\"\n")
                .doesNotContain("10.0.0.7", "8080");
        assertThat(result.effective().yaml().split("attempts: \"\\$\\{ATTEMPTS}\"\n", -1))
                .hasSize(3); // defaults and route
    }

    @Test
    void nameTheServiceWhenTheFileDoesNot() {
        assertThat(Yaml.accepted(Yaml.SMALLEST, Map.of("OTEL_SERVICE_NAME", "checkout")::get)
                        .config()
                        .service())
                .isEqualTo("checkout");
        assertThat(Yaml.config(Yaml.SMALLEST).service()).isEqualTo("unknown");
        assertThat(Yaml.accepted(Yaml.SMALLEST, Environment.EMPTY).effective().tree())
                .containsEntry("service", "${OTEL_SERVICE_NAME:-unknown}");
    }
}
