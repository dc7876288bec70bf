package io.outrigger.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes maps, lists, strings, numbers and truth values as JSON, for people too. Immutable. */
final class Json {
    // Made when the first page is shown: starting the proxy does not wait for it.
    private static final ObjectWriter WRITER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writer();

    private Json() {}

    static byte[] bytes(Object tree) {
        try {
            byte[] text = WRITER.writeValueAsString(tree).getBytes(StandardCharsets.UTF_8);
            byte[] line = Arrays.copyOf(text, text.length + 1);
            line[text.length] = '\n';
            return line;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not a tree of maps, lists and plain values", e);
        }
    }
}
