package io.outrigger.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Every case of the conformance kit is a test. One that is neither critical nor a must may fail now and then, because
 * some measure time on a machine that does other things besides; how many may is a test of its own.
 */
@Timeout(300)
class ConformanceTest {
    private static final Set<String> FORBIDDEN = Set.of("critical", "desync", "must");

    @TestFactory
    Stream<DynamicNode> itKeepsTheRules() throws Exception {
        return tests(
                ConformanceKit.run("parsing,semantics,badupstream,faults,tls,websocket,hardening,product,scenarios"));
    }

    /** How soon it starts is measured elsewhere, by itself. */
    @TestFactory
    Stream<DynamicNode> itLosesNothingWhileItIsReloadedDrainedAndKilled() throws Exception {
        return tests(ConformanceKit.run(
                "lifecycle",
                "--storm",
                "20",
                "--lanes",
                "3",
                "--only",
                "drain,kill9,reload,start-invalid,start-empty,start-port"));
    }

    /** With the memory of production, because its growth is measured. */
    @TestFactory
    Stream<DynamicNode> itLosesAndMixesUpNothingUnderLoad() throws Exception {
        return tests(ConformanceKit.runAsInProduction("load"));
    }

    private static Stream<DynamicNode> tests(JsonNode results) {
        List<DynamicNode> nodes = new ArrayList<>();
        for (JsonNode group : results.path("groups")) {
            nodes.add(dynamicContainer(group.path("name").asText(), cases(group)));
        }
        nodes.add(dynamicTest("enough of them pass for a release", () -> assertThat(results.path("missed"))
                .as("%s", failed(results))
                .isEmpty()));
        return nodes.stream();
    }

    private static List<DynamicNode> cases(JsonNode group) {
        List<DynamicNode> cases = new ArrayList<>();
        for (JsonNode row : group.path("rows")) {
            boolean passed = row.path("ok").asBoolean();
            if (passed || FORBIDDEN.contains(row.path("cls").asText())) {
                cases.add(dynamicTest(
                        row.path("id").asText(),
                        () -> assertThat(passed).as(told(row)).isTrue()));
            }
        }
        return cases;
    }

    private static List<String> failed(JsonNode results) {
        List<String> failed = new ArrayList<>();
        for (JsonNode group : results.path("groups")) {
            for (JsonNode row : group.path("rows")) {
                if (!row.path("ok").asBoolean()) {
                    failed.add(told(row));
                }
            }
        }
        return failed;
    }

    private static String told(JsonNode row) {
        return row.path("cls").asText() + " " + row.path("id").asText() + ": "
                + row.path("detail").asText();
    }
}
