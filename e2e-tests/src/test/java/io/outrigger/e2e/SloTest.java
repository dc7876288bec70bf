package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a route promises is counted, shown, and outlives a reload; without any of its budget nothing is hedged. */
class SloTest {
    private static final String CONFIG = """
            listeners: [{name: outbound, address: "127.0.0.1:0"}]
            admin: {address: "127.0.0.1:0"}
            drain: {quiet: 1ms}
            upstreams:
              app: {endpoints: ["127.0.0.1:PORT"]}
            routes:
              - name: charge
                match: {path: {prefix: /charge}}
                upstream: app
                slo: {availability: SHARE, latency: {objective: 50%, under: 10s}}
                hedge: {after: 1ms}
              - {name: other, match: {path: {prefix: /}}, upstream: app}
            """;

    @TempDir
    Path folder;

    private ScriptedUpstream upstream;
    private Path file;
    private Program program;

    @BeforeEach
    void start() throws Exception {
        upstream = new ScriptedUpstream(SloTest::serve);
        file = folder.resolve("outrigger.yaml");
        write("90%");
        program = Program.runFile(file);
    }

    @AfterEach
    void end() throws Exception {
        program.endsWell();
        upstream.close();
    }

    private void write(String availability) throws Exception {
        Files.writeString(file, CONFIG.replace("PORT", "" + upstream.port()).replace("SHARE", availability));
    }

    private static void serve(Wire wire) throws Exception {
        for (Message request = wire.request(); request != null; request = wire.request()) {
            wire.send(
                    request.target().endsWith("bad")
                            ? "HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n"
                            : ScriptedUpstream.ok("fine"));
        }
    }

    @Test
    void promisesAreCountedAndShown() throws Exception {
        for (int i = 0; i < 19; i++) {
            assertThat(send("/charge/good")).isEqualTo(200);
        }
        assertThat(send("/charge/bad")).isEqualTo(500);
        assertThat(send("/other")).isEqualTo(200);

        JsonNode slos = Program.json(program.admin("/slo").text()).path("slos");
        assertThat(slos).hasSize(1);
        JsonNode slo = slos.get(0);
        assertThat(slo.path("route").asText()).isEqualTo("charge");
        assertThat(slo.path("state").asText()).isEqualTo("ok");
        JsonNode availability = slo.path("slis").get(0);
        assertThat(availability.path("good").asLong()).isEqualTo(19);
        assertThat(availability.path("bad").asLong()).isEqualTo(1);
        assertThat(availability.path("errorBudgetRemaining").asDouble()).isEqualTo(0.5);
        assertThat(availability.path("burnRates").path("5m").asDouble()).isEqualTo(0.5);
        assertThat(slo.path("slis").get(1).path("under").asText()).isEqualTo("10s");

        assertThat(program.series(
                        "outrigger_slo_events_total", "result=\"bad\"", "route=\"charge\"", "sli=\"availability\""))
                .isEqualTo(1);
        assertThat(program.series("outrigger_slo_error_budget_remaining", "route=\"charge\"", "sli=\"availability\""))
                .isEqualTo(0.5);
        assertThat(program.series("outrigger_slo_burn_rate", "route=\"charge\"", "sli=\"latency\"", "window=\"3d\""))
                .isEqualTo(0.1);
        assertThat(program.series("outrigger_slo_objective", "route=\"charge\"", "sli=\"availability\""))
                .isEqualTo(0.9);
        assertThat(Program.json(program.admin("/routes/charge").text())
                        .path("slo")
                        .path("state")
                        .asText())
                .isEqualTo("ok");
        assertThat(Program.json(program.admin("/routes/other").text()).has("slo"))
                .isFalse();
    }

    @Test
    void anotherObjectiveIsHeldAgainstTheSameCounts() throws Exception {
        for (int i = 0; i < 9; i++) {
            send("/charge/good");
        }
        send("/charge/bad");
        write("99%");
        assertThat(Program.ask(program.adminPort(), "POST /config/reload HTTP/1.1", "host: localhost")
                        .status())
                .isEqualTo(200);

        JsonNode availability = Program.json(program.admin("/slo").text())
                .path("slos")
                .get(0)
                .path("slis")
                .get(0);
        assertThat(availability.path("objective").asText()).isEqualTo("99%");
        assertThat(availability.path("bad").asLong()).isEqualTo(1);
        assertThat(availability.path("state").asText()).isEqualTo("exhausted");
        assertThat(program.series("outrigger_slo_objective", "route=\"charge\"", "sli=\"availability\""))
                .isEqualTo(0.99);
    }

    private int send(String path) throws Exception {
        try (Wire client = Wire.to(program.port())) {
            return client.head("GET " + path + " HTTP/1.1", "host: a", "connection: close")
                    .response()
                    .status();
        }
    }
}
