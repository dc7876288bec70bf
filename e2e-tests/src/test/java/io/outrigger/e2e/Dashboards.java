package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The dashboards of {@code deploy/grafana}, and what their panels ask Prometheus. */
final class Dashboards {
    private static final Path FOLDER = Dockerfile.CHECKOUT.resolve("deploy/grafana/dashboards");

    private Dashboards() {}

    static List<JsonNode> all() throws IOException {
        List<JsonNode> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.toList()) {
                all.add(Program.JSON.readTree(file.toFile()));
            }
        }
        assertThat(all).hasSize(3);
        return all;
    }

    static List<String> variables(JsonNode dashboard) {
        return dashboard.path("templating").path("list").findValuesAsText("name");
    }

    /** With those in rows that are closed. */
    static List<JsonNode> panels(JsonNode dashboard) {
        List<JsonNode> panels = new ArrayList<>();
        for (JsonNode panel : dashboard.path("panels")) {
            panels.add(panel);
            panel.path("panels").forEach(panels::add);
        }
        return panels;
    }

    /** An expression for all that there is, by rates over that time. */
    static String filled(JsonNode target, JsonNode dashboard, String interval) {
        String filled = target.path("expr").asText().replace("$__rate_interval", interval);
        for (String variable : variables(dashboard)) {
            filled = filled.replace("$" + variable, ".+");
        }
        assertThat(filled).doesNotContain("$");
        return filled;
    }
}
