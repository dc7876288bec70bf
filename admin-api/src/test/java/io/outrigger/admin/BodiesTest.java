package io.outrigger.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.outrigger.admin.Wire.Answer;
import io.outrigger.config.AdminConfig;
import io.outrigger.config.ReadResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients send: log levels, and configurations to be checked. */
class BodiesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FakeProxy proxy = new FakeProxy();

    @RegisterExtension
    private final Served served = new Served(proxy);

    private final Wire wire = served.wire();

    private JsonNode checked(String yaml) throws IOException {
        Answer answer = wire.send("POST", "/config/check", yaml);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    // ---- /routes/{name}/keys/{key}

    @Test
    void aKeyIsShownAndFreedWhereItsAnswerWasLost() throws IOException {
        JsonNode lost = JSON.readTree(wire.get("/routes/charge/keys/%22lost%22").body());
        assertThat(lost.at("/callers/0/state").asText()).isEqualTo("unknown");
        assertThat(lost.at("/callers/0/caller").asText()).isEqualTo("0".repeat(16));
        JsonNode done = JSON.readTree(wire.get("/routes/charge/keys/done").body());
        assertThat(done.at("/callers/0/status").asInt()).isEqualTo(201);
        assertThat(done.at("/callers/0/leftMs").asInt()).isEqualTo(60_000);
        assertThat(wire.send("DELETE", "/routes/charge/keys/done", "").status()).isEqualTo(409);
        Answer freed = wire.send("DELETE", "/routes/charge/keys/lost", "");
        assertThat(freed.status()).isEqualTo(200);
        assertThat(JSON.readTree(freed.body()).at("/callers/0/state").asText())
                .as("what it is now")
                .isEqualTo("released");
        assertThat(wire.send("DELETE", "/routes/charge/keys/lost", "").status()).isEqualTo(404);
        assertThat(wire.get("/routes/charge/keys/lost").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /routes/charge/keys/never    | nobody has used this key lately
            /routes/charge/keys/a%20b    | nobody has used this key lately
            /routes/other/keys/lost      | route other: there is none of that name
            /routes/a%20b%2Fc/keys/lost  | route a b/c: it has no idempotency
            """)
    void whatIsNoKeyIsNotFound(String path, String why) throws IOException {
        assertThat(wire.get(path).status()).isEqualTo(404);
        assertThat(wire.get(path).body()).contains(why);
        assertThat(wire.send("DELETE", path, "").status()).isEqualTo(404);
    }

    // ---- PUT /routes/{name}/circuit

    private JsonNode circuit(String body) throws IOException {
        Answer answer = wire.send("PUT", "/routes/charge/circuit", body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    @Test
    void aCircuitIsForcedForAWhileAndLetGo() throws IOException {
        JsonNode open = circuit("{\"state\": \"open\", \"for\": \"5m\"}");
        assertThat(open.get("state").asText()).isEqualTo("open");
        assertThat(open.at("/circuits/0/forced").asBoolean()).isTrue();
        assertThat(open.at("/circuits/0/refusesForMs").asDouble()).isBetween(290_000.0, 300_000.0);
        JsonNode shown = JSON.readTree(wire.get("/routes/charge").body()).get("circuit");
        assertThat(shown.get("state").asText()).isEqualTo("open");

        JsonNode closed = circuit("{\"state\": \"closed\"}");
        assertThat(closed.get("state").asText()).isEqualTo("closed");
        assertThat(closed.at("/circuits/0/forced").asBoolean()).isTrue();

        JsonNode auto = circuit("{\"state\": \"auto\"}");
        assertThat(auto.get("state").asText()).isEqualTo("closed");
        assertThat(auto.at("/circuits/0/forced").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | body:1:1: state: missing",
                "{\"state\": \"ajar\"} | body:1:2: state: \"ajar\" (expected: open, closed or auto)",
                "{\"state\": \"open\", \"for\": \"25h\"} | body:1:19: for: \"25h\" (expected: 1ms"
            })
    void whatNobodyCanWantOfACircuitIsRefused(String body, String problem) throws IOException {
        Answer answer = wire.send("PUT", "/routes/charge/circuit", body);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(JSON.readTree(answer.body()).get("problems").get(0).asText()).startsWith(problem);
    }

    @Test
    void aRouteWithoutACircuitHasNoneToForce() throws IOException {
        assertThat(wire.send("PUT", "/routes/a%20b%2Fc/circuit", "{\"state\": \"open\"}")
                        .status())
                .isEqualTo(404);
        assertThat(JSON.readTree(wire.get("/routes/a%20b%2Fc").body()).has("circuit"))
                .isFalse();
    }

    // ---- PUT /logging

    @Test
    void anotherLevelCountsForAWhileAndThenTheConfiguredOneAgain() throws IOException {
        Answer changed = wire.send("PUT", "/logging", "{\"level\": \"debug\", \"for\": \"1s\"}");
        assertThat(changed.status()).as(changed.body()).isEqualTo(200);
        JsonNode shown = JSON.readTree(changed.body());
        assertThat(shown.get("level").asText()).isEqualTo("debug");
        assertThat(shown.get("configured").asText()).isEqualTo("warn");
        assertThat(shown.has("until")).isTrue();

        JsonNode later = shown;
        while (later.get("level").asText().equals("debug")) {
            later = JSON.readTree(wire.get("/logging").body());
        }
        assertThat(later.toString()).isEqualTo("{\"level\":\"warn\",\"configured\":\"warn\"}");
    }

    @Test
    void aSecondChangeTakesThePlaceOfTheFirstAndOfItsEnd() throws IOException {
        wire.send("PUT", "/logging", "{\"level\": \"debug\", \"for\": \"100ms\"}");
        wire.send("PUT", "/logging", "{\"level\": \"error\", \"for\": \"1h\"}");
        wire.send("PUT", "/logging", "{\"level\": \"info\", \"for\": \"200ms\"}");

        JsonNode shown = JSON.readTree(wire.get("/logging").body());
        while (!shown.get("level").asText().equals("warn")) {
            assertThat(shown.get("level").asText()).isEqualTo("info"); // the end of the first did not end this one
            shown = JSON.readTree(wire.get("/logging").body());
        }
        assertThat(shown.has("until")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"level": "loud"}                   | body:1:2: level: "loud" (expected: debug, info, warn or error)
            {"level": "info", "for": 10}        | body:1:19: for: 10 (expected: a duration with its unit: ms, s, m, h or d; 1ms to 24h)
            {"level": "info", "for": "25h"}     | body:1:19: for: "25h" (expected: 1ms to 24h)
            {"for": "1m"}                       | body:1:1: level: missing (expected: debug, info, warn or error)
            {"level": "info", "fro": "1m"}      | body:1:19: fro: unknown key (did you mean for?)
            {"level": "${HOME}"}                | body:1:2: level: ${HOME} (expected: the environment variable HOME to be set, or a default: ${HOME:-…})
            []                                  | body:1:1: a list (expected: a mapping of level and for)
            ''                                  | body:1:1: nothing (expected: a mapping of level and for)
            """)
    void whatIsWrongWithItIsSaid(String body, String problem) throws IOException {
        Answer answer = wire.send("PUT", "/logging", body);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
        assertThat(JSON.readTree(answer.body()).get("problems").get(0).asText()).isEqualTo(problem);
        assertThat(JSON.readTree(wire.get("/logging").body()).get("level").asText())
                .isEqualTo("warn");
    }

    @Test
    void aProcessWithoutALogOfItsOwnSaysSo() throws IOException {
        proxy.logLevels = Optional.empty();
        assertThat(wire.get("/logging").status()).isEqualTo(409);
        assertThat(wire.send("PUT", "/logging", "{level: info}").status()).isEqualTo(409);
    }

    // ---- POST /config/check

    @Test
    void aFineFileIsFine() throws IOException {
        JsonNode found = checked("""
                listeners: [{name: out, address: "127.0.0.1:0", upstream: app}]
                upstreams: {app: {endpoints: [app.internal]}}
                """.replace("app.internal", "\"app.internal:80\""));
        assertThat(found.toString())
                .startsWith(
                        "{\"fine\":true,\"problems\":[],\"variables\":[],\"lint\":[],\"changes\":[{\"change\":\"added\",")
                .endsWith(",\"inForce\":false}");
    }

    @Test
    void whatCannotWorkAndWhatWouldChangeAreTold() throws IOException {
        JsonNode found = checked("""
                listeners: [{name: out, address: "127.0.0.1:0", upstream: app}]
                upstreams: {app: {endpoints: ["app.internal:80"], pool: {maxWait: 1m}}}
                """);
        assertThat(found.get("fine").asBoolean()).isTrue();
        assertThat(found.get("lint")).singleElement().asString().contains("body:2:58: upstreams.app.pool.maxWait: ");
        assertThat(found.get("changes")).anySatisfy(change -> assertThat(change.toString())
                .isEqualTo("{\"change\":\"added\",\"what\":\"upstream\",\"name\":\"app\",\"edits\":[],"
                        + "\"keeps\":[],\"fresh\":[\"endpoints\",\"looking up of names\",\"balancing\",\"pool\"],"
                        + "\"ends\":[]}"));
    }

    @Test
    void allProblemsAreToldWithTheirPlaces() throws IOException {
        JsonNode found = checked("""
                listeners: [{name: out, address: "127.0.0.1:0", upstream: nobody}]
                upstreams: {app: {endpoints: ["app.internal:80"], balanec: random}}
                """);
        assertThat(found.get("fine").asBoolean()).isFalse();
        assertThat(found.get("problems").get(0).asText()).startsWith("body:1:");
        assertThat(found.get("problems").get(1).asText())
                .isEqualTo("body:2:51: upstreams.app.balanec: unknown key (did you mean balance?)");
    }

    @Test
    void whatIsWrongWithItsFilesIsToldBesidesWhatWouldChange() throws IOException {
        proxy.files = read -> new ReadResult.Broken(
                List.of(((ReadResult.Ok) read).places().problem("admin.tokenFile", "/t: no such file")), read.hash());
        JsonNode found = checked("""
                listeners: [{name: out, address: "127.0.0.1:0", upstream: app}]
                admin: {address: "127.0.0.1:0", tokenFile: /t}
                upstreams: {app: {endpoints: ["app.internal:80"]}}
                """);
        assertThat(found.get("fine").asBoolean()).isFalse();
        assertThat(found.get("problems"))
                .extracting(JsonNode::asText)
                .containsExactly("body:2:33: admin.tokenFile: /t: no such file");
        assertThat(found.get("changes")).isNotEmpty();
        assertThat(found.get("lint")).isEmpty();
    }

    @Test
    void noVariableOfTheEnvironmentIsFilledInOrShown() throws IOException {
        String path = System.getenv("PATH");
        JsonNode found = checked("""
                service: ${PATH}
                listeners: [{name: out, address: "127.0.0.1:0", upstream: app}]
                upstreams: {app: {endpoints: ["${HOST:-app}:80"], balance: "${PATH}"}}
                """);
        assertThat(path).isNotEmpty();
        assertThat(found.toString()).doesNotContain(path);
        assertThat(found.toString())
                .isEqualTo("{\"fine\":true,\"problems\":[],\"variables\":[\"PATH\"],\"lint\":[],\"inForce\":false}");
    }

    @Test
    void whatIsNoYamlIsAProblemLikeOthers() throws IOException {
        assertThat(checked("a: [").get("problems").get(0).asText()).startsWith("body:");
        assertThat(checked("").get("fine").asBoolean()).isFalse();
    }

    // ---- sizes

    @Test
    void aBodyOfAMebibyteIsReadAndOneByteMoreIsNot() throws IOException {
        assertThat(checked("#" + "x".repeat(1024 * 1024 - 1)).get("fine").asBoolean())
                .isFalse();

        assertThat(wire.send("POST", "/config/check", "#" + "x".repeat(1024 * 1024))
                        .status())
                .isEqualTo(413);
        assertThat(wire.ended()).isTrue();
    }

    @Test
    void aBodyInChunksIsBoundedToo() throws IOException {
        wire.send(Wire.head("POST", "/config/check", "Transfer-Encoding: chunked"));
        String chunk = Integer.toHexString(600_000) + "\r\n" + "x".repeat(600_000) + "\r\n";
        wire.send(chunk + chunk);

        assertThat(wire.answer().status()).isEqualTo(413);
    }

    @Test
    void whoAsksFirstIsToldToGoOnUnlessTheBodyWouldNotBeTaken() throws IOException {
        wire.send(Wire.head("PUT", "/logging", "Expect: 100-continue", "Content-Length: 15"));
        assertThat(wire.line()).isEqualTo("HTTP/1.1 100 Continue");
        assertThat(wire.line()).isEmpty();
        assertThat(wire.send("{level: debug} ").answer().status()).isEqualTo(200);

        wire.send(Wire.head("PUT", "/logging", "Expect: 100-continue", "Content-Length: 2000000"));
        assertThat(wire.answer().status()).isEqualTo(413);
    }

    @Test
    void manyBodiesAtOnceDoNotFillTheMemory() throws IOException {
        List<Wire> others = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) { // all but one byte of each, so that none is answered
                Wire other = new Wire(served.port().address());
                others.add(other);
                other.send(Wire.head("POST", "/config/check", "Content-Length: 1048576") + "x".repeat(1_048_575));
            }
            Answer refused = wire.send("POST", "/config/check", "y".repeat(1_000));
            while (refused.status() != 503) { // until the others' bytes have arrived
                refused = wire.send("POST", "/config/check", "y".repeat(1_000));
            }
            assertThat(wire.ended()).isTrue();
        } finally {
            for (Wire other : others) {
                other.close();
            }
        }
        try (Wire next = new Wire(served.port().address())) {
            assertThat(next.get("/logging").status()).isEqualTo(200);
        }
    }

    @Test
    void withoutTheTokenNoBodyIsKeptAndNothingChanges(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("token"), "s3cret");
        AdminPort guarded = served.server().open(new AdminConfig(Served.ANY_PORT, Optional.of(file), List.of()));
        try (Wire stranger = new Wire(guarded.address())) {
            String body = "{\"level\": \"debug\"}";
            stranger.send(Wire.head("PUT", "/logging", "Content-Length: " + body.length()) + body);
            assertThat(stranger.answer().status()).isEqualTo(401);
            stranger.send(Wire.head("PUT", "/logging", "Expect: 100-continue", "Content-Length: 5"));
            assertThat(stranger.answer().status()).isEqualTo(401);
        }
        assertThat(proxy.logLevels.orElseThrow().inForce())
                .isEqualTo(proxy.logLevels.orElseThrow().configured());
    }
}
