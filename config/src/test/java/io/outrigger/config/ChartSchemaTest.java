package io.outrigger.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChartSchemaTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path VALUES = Path.of("..", "helm", "outrigger", "values.schema.json");

    /** To write it anew after a change of keys: {@code mvn -pl config test -Dtest=ChartSchemaTest -Ddocs.write}. */
    @Test
    void theValuesOfTheChartHaveTheKeysOfTheRegistry() throws IOException {
        var values = (ObjectNode) JSON.readTree(VALUES.toFile());
        JsonNode schema = JSON.readTree(Schema.json());
        makeFit(schema);
        var config = (ObjectNode) values.path("properties").path("config");
        config.removeAll();
        for (String key : List.of("type", "description", "properties", "additionalProperties")) {
            config.set(key, schema.path(key)); // not what is required: the chart has defaults
        }
        values.set("$defs", schema.path("$defs"));
        String text = values.toPrettyString() + "\n";
        if (System.getProperty("docs.write") != null) {
            Files.writeString(VALUES, text);
        }
        assertThat(Files.readString(VALUES).equals(text))
                .as("%s has the keys of the registry; to write it anew see this test", VALUES)
                .isTrue();
    }

    /** The same for Helm, which reads regexes of RE2, YAML 1.1, and drafts up to 7 where it is older. */
    private static void makeFit(JsonNode node) {
        if (node instanceof ObjectNode object) {
            if (object.path("examples").isArray()) {
                object.remove("examples");
            }
            if (object.path("pattern").isTextual()) {
                withoutLookingAhead(object);
            }
            if (object.path("enum").isArray()) {
                separateNumbers(object);
            }
            if (object.path("properties") instanceof ObjectNode keys && keys.has("on")) {
                keys.set("true", keys.path("on")); // what Helm makes of the key; the templates mend it
            }
        }
        node.forEach(ChartSchemaTest::makeFit);
    }

    private static void withoutLookingAhead(ObjectNode object) {
        String pattern = object.path("pattern").asText().replace("(?=.)", "");
        if (pattern.contains("(?!") || pattern.contains("(?=")) {
            object.remove("pattern");
            return;
        }
        object.put("pattern", pattern);
    }

    /** Helm takes 1.2 and "1.2" for the same, and refuses a list that seems to repeat itself. */
    private static void separateNumbers(ObjectNode object) {
        ArrayNode texts = object.arrayNode();
        ArrayNode numbers = object.arrayNode();
        object.path("enum").forEach(value -> (value.isNumber() ? numbers : texts).add(value));
        if (!texts.isEmpty() && !numbers.isEmpty()) {
            object.remove("enum");
            ArrayNode either = object.putArray("anyOf");
            either.addObject().set("enum", texts);
            either.addObject().set("enum", numbers);
        }
    }
}
