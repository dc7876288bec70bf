package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whoever reads /openapi.json can use the admin port without reading anything else. */
class AdminApiTest {
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final String KNOWN_ID = "0000000000000001000000000000000a"; // the document's example

    private static ScriptedUpstream upstream;
    private static Program program;

    @BeforeAll
    static void start() throws Exception {
        upstream = ScriptedUpstream.answering(_ -> ScriptedUpstream.response("503 Busy", "busy"));
        program = Program.run("""
                listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                logging: {access: all}
                upstreams: {app: {endpoints: ["127.0.0.1:%d"]}}
                routes:
                  - name: charge
                    match: {hosts: [charge]}
                    upstream: app
                    retry: {attempts: 3, on: [503], backoff: {base: 1ms}}
                    circuitBreaker: {}
                    idempotency: {}
                """.formatted(upstream.port()));
        program.ask("GET /busy HTTP/1.1", "host: charge", "x-request-id: " + KNOWN_ID);
        program.awaitAccess(KNOWN_ID);
        // a 5xx is an unknown outcome: the key of the examples is one whose answer was lost
        program.ask("POST /busy HTTP/1.1", "host: charge", "idempotency-key: lost", "content-length: 0");
    }

    @AfterAll
    static void end() throws Exception {
        program.endsWell();
        upstream.close();
    }

    private static Message send(String method, String target, String body, String... fields) throws Exception {
        try (Wire wire = Wire.to(program.adminPort())) {
            List<String> head = new ArrayList<>(List.of(fields));
            head.add(0, method + " " + target + " HTTP/1.1");
            head.add("host: localhost");
            head.add("connection: close");
            head.add("content-length: " + body.length());
            wire.head(head.toArray(String[]::new)).send(body);
            return method.equals("HEAD") ? wire.responseHead() : wire.response();
        }
    }

    @Test
    void eachOfItsOperationsAnswersAsItSays() throws Exception {
        JsonNode document = Program.json(program.admin("/openapi.json").text());
        int operations = 0;
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            if (path.getKey().equals("/drain")) {
                continue; // after which nothing else would answer for long: DrainTest
            }
            for (Map.Entry<String, JsonNode> one : path.getValue().properties()) {
                String method = one.getKey().toUpperCase(Locale.ROOT);
                JsonNode takes = one.getValue().path("requestBody").path("content");
                String body = takes.isEmpty()
                        ? ""
                        : takes.iterator().next().get("example").asText();
                Message answer = send(method, target(path.getKey(), one.getValue()), body);
                assertThat(unfit(one.getValue(), method, answer))
                        .as(method + " " + path.getKey())
                        .isEmpty();
                operations++;
            }
        }
        assertThat(operations).isGreaterThan(20);
    }

    private static String target(String path, JsonNode operation) {
        StringBuilder query = new StringBuilder();
        String target = path;
        for (JsonNode parameter : operation.path("parameters")) {
            JsonNode example = parameter.get("example");
            String name = parameter.get("name").asText();
            String value =
                    URLEncoder.encode((example.isArray() ? example.get(0) : example).asText(), StandardCharsets.UTF_8);
            if (parameter.get("in").asText().equals("path")) {
                target = target.replace("{" + name + "}", value);
            } else {
                query.append(query.isEmpty() ? '?' : '&')
                        .append(name)
                        .append('=')
                        .append(value);
            }
        }
        return target + query;
    }

    private static List<String> unfit(JsonNode operation, String method, Message answer) {
        JsonNode response = operation.get("responses").path("" + answer.status());
        if (answer.status() >= 300 || response.isMissingNode()) {
            return List.of(answer.first() + ": " + answer.text());
        }
        if (method.equals("HEAD")) {
            return List.of();
        }
        JsonNode schema =
                response.path("content").path(answer.field("content-type")).path("schema");
        if (schema.isMissingNode()) {
            return List.of(answer.field("content-type") + " is not in the document");
        }
        boolean json = answer.field("content-type").endsWith("json");
        JsonNode content = json ? Program.json(answer.text()) : TextNode.valueOf(answer.text());
        return SCHEMAS.getSchema(schema).validate(content).stream()
                .map(Object::toString)
                .toList();
    }

    @Test
    void browsersGetADashboardThatLoadsNothingFromElsewhere() throws Exception {
        Message page = send("GET", "/", "", "accept: text/html");
        assertThat(page.text()).startsWith("<!DOCTYPE html>").doesNotContain("src=");
        assertThat(page.field("content-security-policy")).startsWith("default-src 'none'; script-src 'sha256-");
        assertThat(page.field("x-content-type-options")).isEqualTo("nosniff");
    }

    @Test
    void routesTellOfRetriesAndTheirBudget() throws Exception {
        JsonNode route = Program.json(program.admin("/routes/charge").text());
        assertThat(route.path("requests").path("5xx").asInt()).isPositive();
        assertThat(route.path("attempts").path("answered").asInt()).isGreaterThanOrEqualTo(3);
        assertThat(route.path("retriesDenied").path("attempts").asInt()).isPositive();
        assertThat(route.path("budgetTokens").asDouble()).isPositive();
        assertThat(route.path("latencyMs").path("p99").asDouble()).isPositive();
    }

    @Test
    void anotherLogLevelEndsByItself() throws Exception {
        assertThat(send("PUT", "/logging", "{\"level\": \"error\", \"for\": \"200ms\"}")
                        .status())
                .isEqualTo(200);
        program.awaitMessage("logging: info again, as configured");
        assertThat(program.out().untilNow().stream().dropWhile(line -> !line.contains("logging: error for 200ms")))
                .anyMatch(line -> line.contains("logging: error for 200ms"))
                .noneMatch(line -> line.contains("PUT /logging was answered")); // at info, in between
    }

    @Test
    void configurationsThatAreMadeToFillTheMemoryDoNot() throws Exception {
        String start = """
                listeners: [{name: out, address: "127.0.0.1:0", upstream: app}]
                upstreams: {app: {endpoints: ["127.0.0.1:80"]}}
                """;
        List<String> hostile = List.of(
                lines(20_000, "k%:\n"),
                lines(75_000, "k%:\n"),
                "a: [" + "[],".repeat(340_000) + "]",
                "routes:\n" + lines(9_000, "- {name: r%, x: 1}\n"),
                start + "routes:\n" + lines(1_000, "- {name: r%, match: {}, upstream: app, retry: {}}\n"),
                start + "routes:\n" + lines(30_000, "- {name: r%, upstream: app}\n"));
        try (Program small = Program.runAsInProduction("""
                listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                upstreams: {app: {endpoints: ["127.0.0.1:1"]}}
                """)) {
            for (String yaml : hostile) {
                assertThat(yaml.length()).isLessThan(1024 * 1024);
                try (Wire wire = Wire.to(small.adminPort())) {
                    wire.head("POST /config/check HTTP/1.1", "host: localhost", "content-length: " + yaml.length());
                    assertThat(wire.send(yaml).response().status()).isEqualTo(200);
                }
            }
            small.terminate();
            assertThat(small.awaitExit()).isZero();
        }
    }

    /** As a reload would, with the files that the process sees; pipes and devices keep nobody waiting. */
    @Test
    void aCheckLooksAtTheFilesThatAConfigurationNames() throws Exception {
        Path folder = Files.createTempDirectory("outrigger-files");
        Path token = Files.writeString(folder.resolve("token"), "s3cret");
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        String yaml = """
                listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
                admin: {address: "127.0.0.1:0", tokenFile: %s}
                upstreams: {app: {endpoints: ["127.0.0.1:1"], tls: {caFile: %s}}}
                """;
        String bad = send("POST", "/config/check", yaml.formatted(token, "/dev/zero"))
                .text();
        assertThat(Program.json(bad).path("fine").asBoolean(true)).isFalse();
        assertThat(Program.json(bad).path("problems").get(0).asText())
                .isEqualTo("body:3:53: upstreams.app.tls.caFile: /dev/zero: no regular file (expected: a file in PEM)");
        String waits = send("POST", "/config/check", yaml.formatted(pipe, folder.resolve("ca.crt")))
                .text();
        assertThat(Program.json(waits).path("problems"))
                .extracting(JsonNode::asText)
                .containsExactly(
                        "body:2:33: admin.tokenFile: " + pipe
                                + ": cannot be read (expected: a file that holds the token)",
                        "body:3:53: upstreams.app.tls.caFile: " + folder
                                + "/ca.crt: no such file (expected: one in PEM)");
        Files.writeString(folder.resolve("ca.crt"), new Authority("authority").pem());
        String fine = send("POST", "/config/check", yaml.formatted(token, folder.resolve("ca.crt")))
                .text();
        assertThat(Program.json(fine).path("fine").asBoolean()).isTrue();
        assertThat(bad + waits + fine).doesNotContain("s3cret");
    }

    private static String lines(int count, String format) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append(format.replace("%", Integer.toString(i)));
        }
        return lines.toString();
    }

    @Test
    void whatCannotBeDoneIsSaidInTheSameWords() throws Exception {
        assertThat(send("DELETE", "/config", "").field("allow")).isEqualTo("GET, HEAD");
        assertThat(send("GET", "/config/check", "").field("allow")).isEqualTo("POST");
        assertThat(send("POST", "/config/check", "x".repeat(1024 * 1024 + 1)).status())
                .isEqualTo(413);
        Message missing = send("GET", "/nothing", "");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(Program.json(missing.text()).path("pages")).isNotEmpty();
        assertThat(send("PUT", "/logging", "{}", "origin: http://evil.example").status())
                .isEqualTo(403);
        Message refused = send("PUT", "/logging", "{\"level\": \"loud\"}");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(Program.json(refused.text()).path("problems").get(0).asText())
                .isEqualTo("body:1:2: level: \"loud\" (expected: debug, info, warn or error)");
    }
}
