package io.outrigger.admin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a JSON document looks like, in the words of JSON Schema (draft 2020-12). Immutable. */
record Schema(Map<String, Object> tree) {
    static Schema text(String doc) {
        return of("string", doc);
    }

    /** One of a closed set of words. */
    static Schema word(String doc, String... words) {
        return text(doc).and("enum", List.of(words));
    }

    /** A moment, as RFC 3339 writes it. */
    static Schema moment(String doc) {
        return text(doc).and("format", "date-time");
    }

    /** A whole number from 0 on. */
    static Schema count(String doc) {
        return of("integer", doc).and("minimum", 0);
    }

    static Schema number(String doc) {
        return of("number", doc);
    }

    static Schema truth(String doc) {
        return of("boolean", doc);
    }

    static Schema list(String doc, Schema element) {
        return of("array", doc).and("items", element.tree);
    }

    /** Members of any names, each of this kind. */
    static Schema map(String doc, Schema value) {
        return of("object", doc).and("additionalProperties", value.tree);
    }

    /** A part of the configuration, whose shape {@code outrigger schema} tells. */
    static Schema config(String doc) {
        return of("object", doc);
    }

    /** Whatever it may be. */
    static Schema anything(String doc) {
        return new Schema(Map.of()).and("description", doc);
    }

    /** Members of ours: none, until some are added. */
    static Schema object(String doc) {
        return of("object", doc)
                .and("properties", Map.of())
                .and("required", List.of())
                .and("additionalProperties", false);
    }

    /** With a member that is always there. */
    Schema with(String name, Schema member) {
        List<Object> required = new ArrayList<>((List<?>) tree.get("required"));
        required.add(name);
        return withOptional(name, member).and("required", required);
    }

    /** With a member that may be missing. */
    Schema withOptional(String name, Schema member) {
        Map<Object, Object> properties = new LinkedHashMap<>((Map<?, ?>) tree.get("properties"));
        properties.put(name, member.tree);
        return and("properties", properties);
    }

    private static Schema of(String type, String doc) {
        return new Schema(Map.of()).and("type", type).and("description", doc);
    }

    private Schema and(String keyword, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(tree);
        more.put(keyword, value);
        return new Schema(more);
    }
}
