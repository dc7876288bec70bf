package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Faults for a time: who begins them, and all that ends them. */
class ExperimentsTest {
    private static final String ROUTES = """
              - {name: plain, match: {hosts: [plain]}, upstream: app, retry: off, timeout: {request: 20s}}
              - {name: promised, match: {hosts: [promised]}, upstream: app, retry: off, slo: {availability: 99%}}
              - {name: broken, match: {hosts: [broken]}, upstream: app, retry: off, circuitBreaker: {consecutiveFailures: 3, openFor: 100ms}}
            """;

    private static ScriptedUpstream upstream;
    private static Path file;
    private static Program program;

    @BeforeAll
    static void start() throws Exception {
        upstream = ScriptedUpstream.echo("app");
        file = Program.file(configuration(ROUTES));
        program = Program.runFile(file);
    }

    private static String configuration(String routes) {
        return """
                listeners: [{name: outbound, address: "127.0.0.1:0"}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                upstreams: {app: {endpoints: ["127.0.0.1:%d"]}}
                routes:
                """.formatted(upstream.port()) + routes;
    }

    @AfterEach
    void stopAll() throws Exception {
        assertThat(admin("DELETE", "/experiments", "").status()).isEqualTo(200);
    }

    @AfterAll
    static void end() throws Exception {
        program.endsWell();
        upstream.close();
    }

    private static Message admin(String method, String path, String body) throws Exception {
        return admin(program, method, path, body);
    }

    private static Message admin(Program of, String method, String path, String body) throws Exception {
        try (Wire wire = Wire.to(of.adminPort())) {
            wire.head(
                    method + " " + path + " HTTP/1.1",
                    "host: localhost",
                    "content-length: " + body.length(),
                    "connection: close");
            return wire.send(body).response();
        }
    }

    private static String experiment(String id, String route, String fault, String more) {
        return "{\"id\": \"" + id + "\", \"route\": \"" + route
                + "\", \"percentage\": \"100%\", \"force\": true, \"fault\": [" + fault + "], \"duration\": \"10m\""
                + (more.isEmpty() ? "" : ", " + more) + "}";
    }

    private static void begin(String id, String route, String fault, String more) throws Exception {
        Message answer = admin("POST", "/experiments", experiment(id, route, fault, more));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    }

    private static JsonNode shown(String id) throws Exception {
        return Program.json(admin("GET", "/experiments/" + id, "").text());
    }

    /** The reason for its end, once it has ended. */
    private static String awaitEnd(String id) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        JsonNode shown = shown(id);
        while (!shown.path("state").asText().equals("ended")) {
            assertThat(System.nanoTime()).as(shown.toString()).isLessThan(until);
            shown = shown(id);
        }
        return shown.at("/ended/reason").asText();
    }

    private static int ask(String host) throws Exception {
        return program.ask("GET / HTTP/1.1", "host: " + host).status();
    }

    @Test
    void itInjectsFromItsBeginningToItsEndAndIsCounted() throws Exception {
        assertThat(ask("plain")).isEqualTo(200);
        begin("errors", "plain", "{\"abort\": 503}", "");
        assertThat(program.ask("GET / HTTP/1.1", "host: plain", "x-request-id: told")
                        .status())
                .isEqualTo(503);
        assertThat(ask("promised")).as("another route").isEqualTo(200);
        assertThat(ask("plain")).isEqualTo(503);
        assertThat(program.awaitAccess("told").path("fault_by").asText()).isEqualTo("errors");
        assertThat(program.admin("/requests/told").text()).contains("upstream app is not asked, by experiment errors");
        assertThat(shown("errors").path("injected").asInt()).isEqualTo(2);
        assertThat(program.series("outrigger_faults_injected_total", "route=\"plain\"", "experiment=\"errors\""))
                .isEqualTo(2);
        assertThat(admin("DELETE", "/experiments/errors", "").status()).isEqualTo(200);
        assertThat(ask("plain")).isEqualTo(200);
        assertThat(awaitEnd("errors")).isEqualTo("stopped");
        assertThat(program.awaitMessage("experiment errors: has ended")
                        .path("message")
                        .asText())
                .isEqualTo(
                        "experiment errors: has ended, an operator has stopped it; 2 attempts of route plain got faults");
    }

    @Test
    void itEndsByItselfAndLetsGoWhatItHolds() throws Exception {
        String body = experiment("brief", "plain", "{\"latency\": \"15s\"}", "").replace("10m", "1s");
        assertThat(admin("POST", "/experiments", body).status()).isEqualTo(201);
        long start = System.nanoTime();
        assertThat(ask("plain")).isEqualTo(200);
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(5));
        assertThat(awaitEnd("brief")).isEqualTo("time");
    }

    @Test
    void oneThatIsStoppedLetsGoOfItsBlackholes() throws Exception {
        begin("hole", "plain", "{\"blackhole\": true}", "");
        try (Wire wire = Wire.to(program.port())) {
            wire.head("GET / HTTP/1.1", "host: plain");
            program.awaitMetricAtLeast(1, "outrigger_faults_injected_total", "route=\"plain\"", "experiment=\"hole\"");
            assertThat(shown("hole").path("underWay").asInt()).isEqualTo(1);
            admin("DELETE", "/experiments", "");
            assertThat(wire.response().status()).isEqualTo(502);
        }
    }

    @Test
    void aProcessThatEndsDoesNotWaitForItsBlackholes() throws Exception {
        try (Program other = Program.run(configuration(ROUTES))) {
            String hole = experiment("hole", "plain", "{\"blackhole\": true}", "");
            assertThat(admin(other, "POST", "/experiments", hole).status()).isEqualTo(201);
            try (Wire wire = Wire.to(other.port())) {
                wire.head("GET / HTTP/1.1", "host: plain");
                other.awaitMetricAtLeast(
                        1, "outrigger_faults_injected_total", "route=\"plain\"", "experiment=\"hole\"");
                other.terminate();
                assertThat(wire.response().status()).isEqualTo(502);
            }
            assertThat(other.awaitExit()).isZero();
            other.awaitMessage("experiment hole: has ended, the process is ending");
        }
    }

    @Test
    void theBurnRateEndsIt() throws Exception {
        for (int i = 0; i < 40; i++) {
            assertThat(ask("promised")).isEqualTo(200);
        }
        begin("burning", "promised", "{\"abort\": 500}", "\"haltWhen\": {\"burnRate\": 2}");
        assertThat(ask("promised")).isEqualTo(500); // one of 41 where one of 100 is promised
        assertThat(awaitEnd("burning")).isEqualTo("burn_rate");
        assertThat(ask("promised")).isEqualTo(200);
        Message again = admin("POST", "/experiments", experiment("more", "promised", "{\"abort\": 500}", ""));
        assertThat(again.status()).as("the budget is spent").isEqualTo(409);
        assertThat(again.text()).contains("nothing of the error budget is left");
    }

    @Test
    void anOpenCircuitEndsItWithinASecond() throws Exception {
        begin("opening", "broken", "{\"reset\": true}", "\"haltWhen\": {\"circuitOpen\": true}");
        for (int i = 0; i < 3; i++) {
            assertThat(ask("broken")).isEqualTo(502);
        }
        Instant opened = Instant.now();
        assertThat(awaitEnd("opening")).isEqualTo("circuit_open");
        assertThat(Instant.parse(shown("opening").at("/ended/at").asText())).isBefore(opened.plusSeconds(1));
    }

    @Test
    void whatIsNotWellElsewhereEndsIt() throws Exception {
        int[] asked = {0};
        try (ScriptedUpstream shop = ScriptedUpstream.answering(
                _ -> ScriptedUpstream.response(++asked[0] == 1 ? "200 OK" : "503 Busy", ""))) {
            String check = "{\"url\": \"http://127.0.0.1:" + shop.port() + "/health\", \"failures\": 2}";
            begin("watched", "plain", "{\"abort\": 500}", "\"haltWhen\": {\"statusCheck\": " + check + "}");
            assertThat(awaitEnd("watched")).isEqualTo("status_check");
            assertThat(shown("watched").at("/ended/why").asText())
                    .isEqualTo("bad answers in a row: 2, the last: status 503");
            assertThat(shop.received()).hasSize(3).allMatch(request -> request.target()
                    .equals("/health"));
        }
    }

    @Test
    void whatDoesNotAnswerAtAllIsNotWell() throws Exception {
        try (ScriptedUpstream mute = new ScriptedUpstream(wire -> {
            wire.request();
            wire.endsWithoutAnotherByte();
        })) {
            String check = "{\"url\": \"http://127.0.0.1:" + mute.port() + "/\", \"failures\": 1}";
            begin("mute", "plain", "{\"abort\": 500}", "\"haltWhen\": {\"statusCheck\": " + check + "}");
            assertThat(awaitEnd("mute")).isEqualTo("status_check");
            assertThat(shown("mute").at("/ended/why").asText()).endsWith("no answer within a second");
        }
    }

    @Test
    void itSurvivesReloadsAsLongAsItsRouteIsThere() throws Exception {
        begin("lasting", "plain", "{\"abort\": 503}", "");
        Files.writeString(file, configuration(ROUTES.replace("timeout: {request: 20s}", "timeout: {request: 19s}")));
        assertThat(admin("POST", "/config/reload", "").status()).isEqualTo(200);
        assertThat(ask("plain")).isEqualTo(503);
        assertThat(shown("lasting").path("injected").asInt()).isEqualTo(1);
        Files.writeString(file, configuration(ROUTES.replace("name: plain", "name: other")));
        assertThat(admin("POST", "/config/reload", "").status()).isEqualTo(200);
        assertThat(ask("plain")).isEqualTo(200);
        assertThat(awaitEnd("lasting")).isEqualTo("route_gone");
        Files.writeString(file, configuration(ROUTES));
        assertThat(admin("POST", "/config/reload", "").status()).isEqualTo(200);
        assertThat(ask("plain")).as("another route of the same name").isEqualTo(200);
    }

    @Test
    void whatCannotBeIsRefused() throws Exception {
        for (List<String> one : List.of(
                List.of("nowhere", "", "body: route: nowhere (expected: the name of a route)"),
                List.of("plain", "\"haltWhen\": {\"burnRate\": 2}", "haltWhen.burnRate: without slo"),
                List.of("plain", "\"haltWhen\": {\"circuitOpen\": true}", "haltWhen.circuitOpen: without"))) {
            Message answer =
                    admin("POST", "/experiments", experiment("x", one.getFirst(), "{\"abort\": 503}", one.get(1)));
            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.text()).contains(one.get(2));
        }
        begin("twice", "plain", "{\"abort\": 503}", "");
        assertThat(admin("POST", "/experiments", experiment("twice", "plain", "{\"abort\": 503}", ""))
                        .status())
                .isEqualTo(409);
        assertThat(admin("GET", "/experiments/never", "").status()).isEqualTo(404);
        assertThat(admin("PUT", "/experiments", "").status()).isEqualTo(405);
    }
}
