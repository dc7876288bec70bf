package io.outrigger.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.outrigger.admin.Wire.Answer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Experiments, begun, shown and stopped. */
class ExperimentPagesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SLOW =
            "{\"id\": \"slow\", \"route\": \"charge\", \"percentage\": \"5%\", \"fault\": [{\"latency\": \"500ms\"}], \"duration\": \"10m\"}";

    private final FakeProxy proxy = new FakeProxy();

    @RegisterExtension
    private final Served served = new Served(proxy);

    private final Wire wire = served.wire();

    private JsonNode json(int status, String method, String path, String body) throws IOException {
        Answer answer = wire.send(method, path, body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    private static List<String> ids(JsonNode all) {
        return all.path("experiments").findValuesAsText("id");
    }

    @Test
    void oneThatBeginsIsShownWhereItsLocationSays() throws IOException {
        Answer begun = wire.send("POST", "/experiments", SLOW);
        assertThat(begun.status()).as(begun.body()).isEqualTo(201);
        assertThat(begun.headers()).containsEntry("location", "/experiments/slow");
        JsonNode shown = json(200, "GET", "/experiments/slow", "");
        assertThat(shown).isEqualTo(JSON.readTree(begun.body()));
        assertThat(shown.path("state").asText()).isEqualTo("running");
        assertThat(shown.path("fault").toString()).isEqualTo("[\"latency 500ms\"]");
        assertThat(shown.path("startedAt").asText()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(shown.path("endsAt").asText()).isEqualTo("2026-01-02T03:14:05Z");
        assertThat(shown.path("injected").asInt()).isZero();
        assertThat(ids(json(200, "GET", "/experiments", ""))).containsExactly("slow");
    }

    @Test
    void oneThatIsStoppedSaysSo() throws IOException {
        wire.send("POST", "/experiments", SLOW);
        JsonNode stopped = json(200, "DELETE", "/experiments/slow", "");
        assertThat(stopped.path("state").asText()).isEqualTo("ended");
        assertThat(stopped.at("/ended/reason").asText()).isEqualTo("stopped");
        assertThat(json(200, "DELETE", "/experiments/slow", "")).isEqualTo(stopped);
        assertThat(json(200, "GET", "/experiments/slow", "")).isEqualTo(stopped);
    }

    @Test
    void allAreStoppedAtOnce() throws IOException {
        wire.send("POST", "/experiments", SLOW);
        wire.send("POST", "/experiments", SLOW.replace("slow", "other"));
        wire.send("DELETE", "/experiments/slow", "");
        assertThat(ids(json(200, "DELETE", "/experiments", ""))).containsExactly("other");
        assertThat(json(200, "GET", "/experiments", "").path("experiments").findValuesAsText("state"))
                .containsExactly("ended", "ended");
        assertThat(ids(json(200, "DELETE", "/experiments", ""))).isEmpty();
    }

    @Test
    void anIdThatRunsIsAConflict() throws IOException {
        wire.send("POST", "/experiments", SLOW);
        JsonNode problem = json(409, "POST", "/experiments", SLOW);
        assertThat(problem.path("detail").asText())
                .isEqualTo("experiment slow runs (expected: another id, or its end)");
        wire.send("DELETE", "/experiments", "");
        assertThat(wire.send("POST", "/experiments", SLOW).status()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "charge|nowhere|body: route: nowhere (expected: the name of a route)",
                "10m|2h|body:1:88: duration: \"2h\" (expected: whole seconds, 1s to 1h)",
                "5%|50%|body:1:35: percentage: 50% (expected: at most 20%, or force)",
                "latency|latencies|body:1:66: fault[0].latencies: unknown key",
            })
    void whatIsWrongIsToldWithItsPlace(String here, String there, String problem) throws IOException {
        JsonNode answer = json(422, "POST", "/experiments", SLOW.replace(here, there));
        assertThat(answer.path("problems").get(0).asText()).isEqualTo(problem);
        assertThat(proxy.experiments.all()).isEmpty();
    }

    @Test
    void secretsAreNotShown() throws IOException {
        String body = SLOW.replace(
                "\"10m\"",
                "\"10m\", \"match\": {\"headers\": {\"authorization\": \"hunter2\"}}, \"haltWhen\":"
                        + " {\"statusCheck\": {\"url\": \"https://u:hunter2@example.org/health?token=hunter2\"}}");
        JsonNode shown = json(201, "POST", "/experiments", body);
        assertThat(shown.toString()).doesNotContain("hunter2");
        assertThat(shown.at("/haltWhen/statusCheck").asText()).isEqualTo("https://example.org/health");
        assertThat(shown.at("/match/headers").toString()).isEqualTo("[\"authorization\"]");
    }

    @Test
    void whatNobodyRemembersIsNotFound() throws IOException {
        for (String method : List.of("GET", "DELETE")) {
            assertThat(json(404, method, "/experiments/never", "")
                            .path("detail")
                            .asText())
                    .isEqualTo("experiment never: none is remembered by this id");
        }
        assertThat(wire.send("PUT", "/experiments", SLOW).status()).isEqualTo(405);
        assertThat(wire.send("POST", "/experiments/slow", SLOW).status()).isEqualTo(405);
    }
}
