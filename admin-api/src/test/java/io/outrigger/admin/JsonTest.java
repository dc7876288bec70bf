package io.outrigger.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static JsonNode read(Object tree) throws IOException {
        return new ObjectMapper().readTree(Json.bytes(tree));
    }

    @Test
    void aTreeIsIndentedForPeople() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", "charge");
        tree.put("list", List.of(1, Map.of("a", true)));
        tree.put("none", Map.of());
        tree.put("nothing", List.of());

        assertThat(new String(Json.bytes(tree), StandardCharsets.UTF_8)).isEqualTo("""
                {
                  "name": "charge",
                  "list": [
                    1,
                    {
                      "a": true
                    }
                  ],
                  "none": {},
                  "nothing": []
                }
                """);
    }

    @Test
    void plainValuesAreReadAsTheyWereWritten() throws IOException {
        JsonNode list = read(Arrays.asList(1, -2L, 0.5, 1e300, true, null, Double.NaN, 'x'));

        assertThat(list.toString()).isEqualTo("[1,-2,0.5,1.0E300,true,null,null,\"x\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "\"\\/", "\u0000\u0001\b\t\n\f\r\u001f\u007f", "äöü € \u2028", "😀"})
    void everyStringIsReadAsItWasWritten(String value) throws IOException {
        JsonNode tree = read(Map.of(value, List.of(value)));

        assertThat(tree.fieldNames().next()).isEqualTo(value);
        assertThat(tree.get(value).get(0).asText()).isEqualTo(value);
    }

    @Test
    void halfASurrogatePairDoesNotBreakTheDocument() throws IOException {
        assertThat(read(List.of("\ud83d-\ude00")).get(0).asText()).isEqualTo("?-?");
    }
}
