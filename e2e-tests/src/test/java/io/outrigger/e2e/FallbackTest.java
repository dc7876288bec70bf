package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** When the upstream cannot answer somebody else does, and says so. */
class FallbackTest {
    /** What the upstream does to the requests for a path, instead of answering that all is well. */
    private static final Map<String, String> ill = new ConcurrentHashMap<>();

    private static final CountDownLatch end = new CountDownLatch(1);
    private static ScriptedUpstream upstream;
    private static ScriptedUpstream other;
    private static Path file;
    private static Program program;

    @BeforeAll
    static void start() throws Exception {
        upstream = new ScriptedUpstream(FallbackTest::serve);
        other = ScriptedUpstream.echo("other");
        file = Program.file(yaml("10m"));
        program = Program.runFile(file);
    }

    private static String yaml(String maxAge) {
        return """
                listeners: [{name: outbound, address: "127.0.0.1:0"}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                logging: {access: errors}
                upstreams:
                  app: {endpoints: ["127.0.0.1:%1$d"]}
                  other: {endpoints: ["127.0.0.1:%2$d"]}
                defaults: {retry: off}
                routes:
                  - {name: stale, match: {hosts: [stale]}, upstream: app, fallback: {rungs: [{stale: {maxAge: %3$s}}]}}
                  - name: ladder
                    match: {hosts: [ladder]}
                    upstream: app
                    timeout: {request: 300ms}
                    fallback:
                      on: [failure, 503]
                      rungs:
                        - stale: {}
                        - upstream: other
                        - respond: {status: 203, headers: {content-type: application/json}, body: '{"comments":["ü"]}'}
                  - name: full
                    match: {hosts: [full]}
                    upstream: app
                    bulkhead: {maxConnections: 1, maxPending: 0}
                    fallback: {rungs: [{respond: {status: 200, body: plenty}}]}
                """.formatted(upstream.port(), other.port(), maxAge);
    }

    @AfterAll
    static void end() throws Exception {
        end.countDown();
        program.endsWell();
        upstream.close();
        other.close();
    }

    private static void serve(Wire wire) throws Exception {
        for (Message request = wire.request(); request != null; request = wire.request()) {
            switch (ill.getOrDefault(request.target(), "well")) {
                case "gone" -> {
                    return;
                }
                case "hangs" -> end.await();
                case "ill" -> wire.send(ScriptedUpstream.response("503 Service Unavailable", "ill"));
                case "private" -> wire.send(ScriptedUpstream.response("200 OK", "mine", "cache-control: private"));
                default ->
                    wire.send("HTTP/1.1 200 OK\r\nvary: accept\r\netag: \"1\"\r\ntransfer-encoding: chunked\r\n\r\n")
                            .chunk("fine ")
                            .chunk(String.valueOf(request.field("accept")))
                            .chunk("");
            }
        }
    }

    private static Message ask(String method, String host, String path, String... fields) throws Exception {
        List<String> lines = new ArrayList<>(List.of(method + " " + path + " HTTP/1.1", "host: " + host));
        lines.addAll(List.of(fields));
        return program.ask(lines.toArray(String[]::new));
    }

    private static Message get(String host, String path, String... fields) throws Exception {
        return ask("GET", host, path, fields);
    }

    @Test
    void theLastGoodAnswerStandsInWhileTheUpstreamIsGone() throws Exception {
        Message json = get("stale", "/things", "accept: json");
        assertThat(json.text()).isEqualTo("fine json");
        assertThat(json.field("x-outrigger-degraded")).isNull();
        assertThat(get("stale", "/things", "accept: xml").text()).isEqualTo("fine xml");

        ill.put("/things", "gone");
        Message stale = get("stale", "/things", "accept: json", "x-request-id: stale");
        assertThat(stale.status()).isEqualTo(200);
        assertThat(stale.text()).isEqualTo("fine json");
        assertThat(stale.field("x-outrigger-degraded")).isEqualTo("stale");
        assertThat(stale.field("cache-status")).isEqualTo("outrigger; fwd=stale");
        assertThat(Integer.parseInt(stale.field("age"))).isBetween(0, 20);
        assertThat(stale.field("etag")).isEqualTo("\"1\"");
        assertThat(stale.all("x-request-id")).containsExactly("stale");
        assertThat(get("stale", "/things", "accept: xml").text()).isEqualTo("fine xml");

        assertThat(get("stale", "/things", "accept: text").status()).isEqualTo(502);
        assertThat(get("stale", "/things", "accept: json", "cookie: a=b").status())
                .isEqualTo(502);

        JsonNode line = program.awaitAccess("stale");
        assertThat(line.path("degraded").asText()).isEqualTo("stale");
        assertThat(line.path("status").asInt()).isEqualTo(200);
        assertThat(line.has("cause")).isFalse();
        assertThat(program.admin("/requests/stale").text()).contains("\"fallback\"", "instead of ");
        program.awaitMetricAtLeast(2, "outrigger_degraded_total", "route=\"stale\"", "rung=\"stale\"");
        assertThat(Program.json(program.admin("/routes/stale").text())
                        .path("degraded")
                        .path("stale")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void whatIsKeptSurvivesAReload() throws Exception {
        get("stale", "/kept");
        ill.put("/kept", "gone");
        String hash = Program.json(program.admin("/config").text()).path("hash").asText();
        Files.writeString(file, yaml("11m"));
        while (Program.json(program.admin("/config").text())
                .path("hash")
                .asText()
                .equals(hash)) {
            // until it is noticed
        }
        assertThat(get("stale", "/kept").field("x-outrigger-degraded")).isEqualTo("stale");
    }

    @Test
    void whatIsSomebodysOwnIsNotKept() throws Exception {
        ill.put("/own", "private");
        assertThat(get("stale", "/own").text()).isEqualTo("mine");
        ill.put("/own", "gone");
        assertThat(get("stale", "/own").status()).isEqualTo(502);
    }

    @Test
    void anotherUpstreamAnswersAlsoPastTheDeadline() throws Exception {
        ill.put("/late", "hangs");
        Message late = get("ladder", "/late");
        assertThat(late.status()).isEqualTo(200);
        assertThat(late.field("x-outrigger-degraded")).isEqualTo("upstream");
        assertThat(late.text()).startsWith("other\nGET /late HTTP/1.1").contains("x-outrigger-attempt: 2");
        ill.put("/ill", "ill");
        assertThat(get("ladder", "/ill").text()).startsWith("other\nGET /ill");
    }

    @Test
    void aRequestThatMayHaveBeenDoneGetsTheFixedAnswer() throws Exception {
        ill.put("/pay", "gone");
        Message answer = ask("POST", "ladder", "/pay", "content-length: 0", "x-request-id: fixed");
        assertThat(answer.status()).isEqualTo(203);
        assertThat(answer.field("x-outrigger-degraded")).isEqualTo("static");
        assertThat(answer.field("content-type")).isEqualTo("application/json");
        assertThat(answer.text()).isEqualTo("{\"comments\":[\"ü\"]}");
        assertThat(program.awaitAccess("fixed").path("degraded").asText()).isEqualTo("static");
        assertThat(other.received()).noneMatch(request -> request.target().equals("/pay"));
    }

    @Test
    void aFixedAnswerToHeadSaysHowLongItWouldBe() throws Exception {
        ill.put("/gone", "gone");
        try (Wire wire = Wire.to(program.port())) {
            for (int i = 0; i < 2; i++) { // nothing of the content is on the connection
                Message head = wire.head("HEAD /gone HTTP/1.1", "host: full").responseHead();
                assertThat(head.status()).isEqualTo(200);
                assertThat(head.field("content-length")).isEqualTo("6");
            }
        }
    }

    @Test
    void aBodyIsSentElsewhereAsAWhole() throws Exception {
        ill.put("/put", "gone");
        try (Wire wire = Wire.to(program.port())) {
            wire.head("PUT /put HTTP/1.1", "host: ladder", "content-length: 6").send("abcdef");
            assertThat(wire.response().text()).startsWith("other\nPUT /put").endsWith("\n\nabcdef");
            wire.head("GET /well HTTP/1.1", "host: ladder"); // and the connection goes on
            assertThat(wire.response().text()).isEqualTo("fine null");
        }
    }

    @Test
    void whatALimitRefusesIsAnsweredFor() throws Exception {
        ill.put("/full", "hangs");
        try (Wire wire = Wire.to(program.port())) {
            wire.head("GET /full HTTP/1.1", "host: full");
            program.awaitMetricAtLeast(1, "outrigger_bulkhead_in_use", "bulkhead=\"full\"");
            Message answer = get("full", "/more");
            assertThat(answer.text()).isEqualTo("plenty");
            assertThat(answer.field("x-outrigger-degraded")).isEqualTo("static");
        }
    }
}
