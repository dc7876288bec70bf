package io.outrigger.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.outrigger.admin.Wire.Answer;
import io.outrigger.filter.observe.Meters;
import io.outrigger.metrics.Metrics;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What /openapi.json says is what the server does. */
class OpenApiTest {
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FakeProxy proxy = new FakeProxy();
    private final Metrics metrics = new Metrics(2);

    @RegisterExtension
    private final Served served = new Served(proxy, metrics);

    private final Wire wire = served.wire();
    private JsonNode document;

    @BeforeEach
    void open() throws IOException {
        new Meters(metrics).route("checkout", "charge");
        document = JSON.readTree(wire.get("/openapi.json").body());
    }

    /** An operation of the document, and its request filled in with the examples. */
    private record Case(String method, String path, String target, String body, JsonNode operation) {}

    private List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            for (Map.Entry<String, JsonNode> one : path.getValue().properties()) {
                String method = one.getKey().toUpperCase(Locale.ROOT);
                JsonNode takes = one.getValue().path("requestBody").path("content");
                String body = takes.isEmpty()
                        ? ""
                        : takes.iterator().next().get("example").asText();
                cases.add(new Case(method, path.getKey(), target(path.getKey(), one.getValue()), body, one.getValue()));
            }
        }
        return cases;
    }

    private static String target(String path, JsonNode operation) {
        String target = path;
        String query = "";
        for (JsonNode parameter : operation.path("parameters")) {
            JsonNode example = parameter.get("example");
            String name = parameter.get("name").asText();
            String value =
                    URLEncoder.encode((example.isArray() ? example.get(0) : example).asText(), StandardCharsets.UTF_8);
            if (parameter.get("in").asText().equals("path")) {
                target = target.replace("{" + name + "}", value);
            } else {
                query += (query.isEmpty() ? "?" : "&") + name + "=" + value;
            }
        }
        return target + query;
    }

    private Answer send(Case one) throws IOException {
        String length = one.body.isEmpty() ? "x-none: 1" : "Content-Length: " + one.body.length();
        return wire.send(Wire.head(one.method, one.target, length) + one.body).answer(one.method);
    }

    private List<String> unfit(Case one, Answer answer) throws IOException {
        JsonNode response = one.operation.get("responses").path(Integer.toString(answer.status()));
        if (response.isMissingNode()) {
            return List.of(answer.status() + " is not in the document: " + answer.body());
        }
        if (one.method.equals("HEAD")) {
            return List.of();
        }
        String type = answer.headers().get("content-type");
        JsonNode schema = response.get("content").path(type).path("schema");
        if (schema.isMissingNode()) {
            return List.of(type + " is not in the document");
        }
        JsonNode body = type.endsWith("json") ? JSON.readTree(answer.body()) : TextNode.valueOf(answer.body());
        return SCHEMAS.getSchema(schema).validate(body).stream()
                .map(Object::toString)
                .toList();
    }

    @Test
    void everyOperationOfTheDocumentAnswersAsItSays() throws IOException {
        assertThat(document.get("openapi").asText()).isEqualTo("3.1.0");
        assertThat(document.get("info").get("version").asText()).isEqualTo("1.2.3");
        assertThat(cases()).hasSizeGreaterThan(15);
        for (Case one : cases()) {
            Answer answer = send(one);
            assertThat(answer.status()).as(one.method + " " + one.target).isBetween(200, 299);
            assertThat(unfit(one, answer)).as(one.method + " " + one.target).isEmpty();
        }
    }

    @Test
    void whatIsNotAsItShouldBeIsInTheDocumentToo() throws IOException {
        proxy.started = false;
        for (Case one : cases()) {
            if (Set.of("/ready", "/startup").contains(one.path)) {
                Answer answer = send(one);
                assertThat(answer.status()).isEqualTo(503);
                assertThat(unfit(one, answer)).as(one.target).isEmpty();
            }
        }
    }

    @Test
    void everyPageOfTheServerIsInTheDocumentAndNoOther() throws IOException {
        Set<String> documented = new TreeSet<>();
        cases().stream()
                .filter(one -> !one.method.equals("HEAD"))
                .forEach(one -> documented.add(one.method + " " + one.path));
        Set<String> listed = new TreeSet<>();
        JSON.readTree(wire.get("/nothing").body()).get("pages").forEach(page -> listed.add(page.asText()));
        assertThat(listed).isEqualTo(documented);
    }

    @Test
    void methodsThatAreNotInTheDocumentAreNotThere() throws IOException {
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            Set<String> documented = new TreeSet<>();
            path.getValue().fieldNames().forEachRemaining(method -> documented.add(method.toUpperCase(Locale.ROOT)));
            for (String method : List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")) {
                if (!documented.contains(method)) {
                    Answer answer = wire.send(
                                    Wire.head(method, path.getKey().replaceAll("[{}]", ""), "Content-Length: 0"))
                            .answer(method);
                    assertThat(answer.status()).as(method + " " + path.getKey()).isEqualTo(405);
                    assertThat(Set.of(answer.headers().get("allow").split(", ", -1)))
                            .isEqualTo(documented);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /nothing", "GET /routes/other", "POST /ready", "GET /config?a=%zz", "TRACE /"})
    void everyProblemFitsTheProblemOfTheDocument(String request) throws IOException {
        String[] parts = request.split(" ", -1);
        Answer answer =
                wire.send(Wire.head(parts[0], parts[1], "Content-Length: 0")).answer(parts[0]);
        assertThat(answer.status()).isBetween(400, 499);
        assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
        JsonNode problem = document.at("/components/schemas/Problem");
        assertThat(SCHEMAS.getSchema(problem).validate(JSON.readTree(answer.body())))
                .isEmpty();
    }

    @Test
    void theProofItselfCanFail() throws IOException {
        Case config = cases().stream()
                .filter(one -> one.path.equals("/config"))
                .findFirst()
                .orElseThrow();
        Answer good = send(config);
        assertThat(unfit(config, new Answer(200, good.headers(), good.body().replace("\"hash\"", "\"hush\""))))
                .hasSize(2); // one member is missing, another unknown
        assertThat(unfit(config, new Answer(202, good.headers(), good.body()))).hasSize(1);
    }
}
