package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whoever has the id of a request that went wrong can ask what became of it, step by step. */
class RecentRequestsTest {
    private static ScriptedUpstream upstream;
    private static Program program;

    @BeforeAll
    static void start() throws Exception {
        upstream = ScriptedUpstream.answering(request ->
                ScriptedUpstream.response(request.target().startsWith("/busy") ? "503 Busy" : "200 OK", "hello"));
        program = Program.run("""
                listeners: [{name: outbound, address: "127.0.0.1:0", upstream: app}]
                admin: {address: "127.0.0.1:0"}
                drain: {quiet: 1ms}
                logging: {access: all}
                upstreams: {app: {endpoints: ["127.0.0.1:%d"]}, dead: {endpoints: ["127.0.0.1:1"]}}
                routes:
                  - name: charge
                    match: {hosts: [charge]}
                    upstream: app
                    retry: {attempts: 2, on: [503], backoff: {base: 5ms, jitter: none}}
                  - {name: dead, match: {hosts: [dead]}, upstream: dead, retry: off}
                """.formatted(upstream.port()));
    }

    @AfterAll
    static void end() throws Exception {
        program.endsWell();
        upstream.close();
    }

    private static JsonNode remembered(String id, String... head) throws Exception {
        List<String> lines = new ArrayList<>(List.of(head));
        lines.add("x-request-id: " + id);
        program.ask(lines.toArray(String[]::new));
        program.awaitAccess(id);
        Message found = program.admin("/requests/" + id);
        assertThat(found.status()).as(found.text()).isEqualTo(200);
        return Program.json(found.text());
    }

    @Test
    void everyAttemptAndWaitIsToldAndWhyThereWasNoOther() throws Exception {
        JsonNode request = remembered("busy-1", "GET /busy?token=hunter2 HTTP/1.1", "host: charge", "x-key: hunter2");
        assertThat(request.path("keptFor").asText()).isEqualTo("failed");
        assertThat(request.path("route").asText()).isEqualTo("charge");
        assertThat(request.path("method").asText()).isEqualTo("GET");
        assertThat(request.path("path").asText()).isEqualTo("/busy");
        assertThat(request.path("status").asInt()).isEqualTo(503);
        assertThat(request.path("attempts").asInt()).isEqualTo(2);
        JsonNode steps = request.path("steps");
        assertThat(steps).hasSize(4);
        assertThat(steps.get(0).path("endpoint").asText()).isEqualTo("127.0.0.1:" + upstream.port());
        assertThat(steps.get(0).path("status").asInt()).isEqualTo(503);
        assertThat(steps.get(1).path("verdict").asText()).isEqualTo("again");
        assertThat(steps.get(1).path("why").asText()).isEqualTo("status 503");
        assertThat(steps.get(1).path("waitMs").asDouble()).isEqualTo(5);
        assertThat(steps.get(2).path("atMs").asDouble()).isGreaterThanOrEqualTo(5);
        assertThat(steps.get(3).path("verdict").asText()).isEqualTo("denied");
        assertThat(steps.get(3).path("why").asText()).startsWith("attempts: ");
        assertThat(request.toString()).doesNotContain("hunter2");
    }

    @Test
    void aFailureSaysItsCauseAndWhoseFaultItWas() throws Exception {
        JsonNode request = remembered("dead-1", "GET / HTTP/1.1", "host: dead");
        assertThat(request.path("cause").asText()).isEqualTo("connect_refused");
        assertThat(request.path("blame").asText()).isEqualTo("upstream");
        assertThat(request.path("steps").get(0).path("outcome").asText()).isEqualTo("not_sent");
        assertThat(program.admin("/requests").text()).contains("\"dead-1\"").doesNotContain("\"steps\"");
        assertThat(program.admin("/requests/never-seen").status()).isEqualTo(404);
    }

    @Test
    void whatWasRefusedBeforeAnyRouteIsRememberedToo() throws Exception {
        program.ask("GET / HTTP/1.1", "host: bad host", "x-request-id: bad-1");
        program.out().await(line -> Program.json(line).path("cause").asText().equals("bad_request"));
        JsonNode all = Program.json(program.admin("/requests").text()).path("requests");
        assertThat(all.findValuesAsText("cause")).contains("bad_request");
    }
}
