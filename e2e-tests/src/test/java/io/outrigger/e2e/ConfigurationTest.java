package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What people ask of a configuration is answered before it is in force, and while it is. */
class ConfigurationTest {
    private static final String FILE = """
            listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
            admin: {address: "127.0.0.1:0"}
            drain: {quiet: 1ms}
            upstreams: {app: {endpoints: ["127.0.0.1:80"]}}
            routes:
              - name: charge
                upstream: app
                match: {methods: [POST]}
                timeout: {request: 1s, attempt: 800ms}
                retry: {attempts: 3}
            """;
    private static final String PATIENT = FILE.replace("request: 1s", "request: 9s");

    /** What a command ended with. */
    private record Ended(int exit, List<String> out, List<String> err) {}

    private static Ended outrigger(String... arguments) throws Exception {
        try (var command = Program.start(arguments)) {
            return new Ended(
                    command.awaitExit(), command.out().all(), command.err().all());
        }
    }

    private static String file(String yaml) throws Exception {
        return Program.file(yaml).toString();
    }

    @Test
    void checkWarnsOfWhatIsAllowedAndCannotWork() throws Exception {
        Ended check = outrigger("check", file(FILE));
        assertThat(check.exit).isZero();
        assertThat(check.err)
                .singleElement()
                .asString()
                .contains(":10:", ": warning: routes[0].retry.attempts: ", "3 attempts of 800ms");
        assertThat(outrigger("check", file(PATIENT)).err).isEmpty();
    }

    @Test
    void explainSaysWhichRouteTakesARequestAndWhatWouldHappen() throws Exception {
        Ended taken = outrigger("explain", "-c", file(FILE), "POST", "http://payments/v1");
        assertThat(taken.exit).as("%s", taken.err).isZero();
        assertThat(taken.out)
                .startsWith("POST /v1 for host payments at listener outbound", "  route charge takes it")
                .anyMatch(line -> line.contains("timeout.request: 504 after 1s"));

        Ended other = outrigger("explain", "-c", file(FILE), "GET", "http://payments/v1");
        assertThat(other.out).element(1).asString().contains("not route charge: method GET (expected: POST)");
    }

    @Test
    void diffSaysWhatChangesAndWhatIsKept() throws Exception {
        String old = file(FILE);
        Ended diff = outrigger("diff", old, file(PATIENT));
        assertThat(diff.exit).as("%s", diff.err).isZero();
        assertThat(diff.out).startsWith("route charge changes", "  timeout.request: 1s -> 9s", "  keeps: retry budget");
        assertThat(outrigger("diff", old, old).out).noneMatch(line -> line.contains("->"));

        Ended broken = outrigger("diff", old, file(FILE.replace("attempts: 3", "attempts: 0")));
        assertThat(broken.exit).isEqualTo(1);
        assertThat(broken.err).singleElement().asString().contains("routes[0].retry.attempts: 0");
    }

    @Test
    void schemaIsOneThatTheReaderAgreesWith() throws Exception {
        Ended schema = outrigger("schema");
        assertThat(schema.exit).isZero();
        var file = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(String.join("\n", schema.out));
        Map<String, ?> app = Map.of("endpoints", List.of("127.0.0.1:80"));
        Map<String, ?> listener = Map.of("name", "out", "address", "127.0.0.1:0", "upstream", "app");
        Map<String, ?> fine = Map.of("listeners", List.of(listener), "upstreams", Map.of("app", app));
        assertThat(file.validate(Program.JSON.<JsonNode>valueToTree(fine))).isEmpty();
        Map<String, ?> broken = Map.of("listeners", List.of(listener), "upstream", Map.of("app", app));
        assertThat(file.validate(Program.JSON.<JsonNode>valueToTree(broken))).isNotEmpty();
    }

    @Test
    void theRunningProxyAnswersTheSameAndTellsAHealthcheck() throws Exception {
        Path health;
        try (var program = Program.run(FILE)) {
            health = Program.file(FILE.replace(
                    "admin: {address: \"127.0.0.1:0\"", "admin: {address: \"127.0.0.1:" + program.adminPort() + '"'));
            JsonNode taken =
                    Program.json(program.admin("/explain?method=POST&url=/v1").text());
            assertThat(taken.path("route").asText()).isEqualTo("charge");
            JsonNode other =
                    Program.json(program.admin("/explain?method=GET&url=/v1").text());
            assertThat(other.path("route").asText()).isEqualTo("listener:outbound");
            assertThat(other.path("passed").path(0).path("why").asText()).isEqualTo("method GET (expected: POST)");

            JsonNode check = check(program, FILE.replace("request: 1s", "request: 2s"));
            assertThat(check.path("lint")).singleElement().asString().contains("3 attempts of 800ms");
            JsonNode edit = check.path("changes").path(0).path("edits").path(0);
            assertThat(edit.path("after").asText()).isEqualTo("2s");

            Ended ready = outrigger("healthcheck", "-c", health.toString());
            assertThat(ready.exit).as("%s", ready.err).isZero();
            program.endsWell();
        }
        assertThat(outrigger("healthcheck", "-c", health.toString()).exit).isEqualTo(1);
    }

    private static JsonNode check(Program program, String yaml) throws Exception {
        try (Wire wire = Wire.to(program.adminPort())) {
            wire.head("POST /config/check HTTP/1.1", "host: localhost", "content-length: " + yaml.length());
            return Program.json(wire.send(yaml).response().text());
        }
    }
}
