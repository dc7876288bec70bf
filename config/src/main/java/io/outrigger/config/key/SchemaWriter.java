package io.outrigger.config.key;

import io.outrigger.config.yaml.YamlNode;
import io.outrigger.config.yaml.YamlTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Writes what the keys say as a JSON Schema (draft 2020-12), for editors and for tools that make such files. Each block
 * is defined once, under the path at which it stands first. Confined to the thread that writes.
 */
public final class SchemaWriter {
    private static final String VARIABLE = "variable";
    private static final Map<String, Object> VARIABLE_REF = ref(VARIABLE);

    private final Map<String, Object> definitions = new LinkedHashMap<>();
    private final Map<Block<?>, String> names = new HashMap<>();
    private final Predicate<String> notYet;

    private SchemaWriter(Predicate<String> notYet) {
        this.notYet = notYet;
    }

    /**
     * The schema as JSON.
     *
     * @param notYet tells of patterns like {@code routes[].hedge} whether they are still to come
     */
    public static String write(String id, String title, Block<?> root, Predicate<String> notYet) {
        SchemaWriter writer = new SchemaWriter(notYet);
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("$id", id);
        schema.put("title", title);
        schema.putAll(writer.object(root, "").keywords());
        writer.definitions.put(
                VARIABLE,
                Shape.of("type", "string")
                        .and("pattern", "\\$\\{")
                        .keywords()); // without a description, which editors would show of every key
        schema.put("$defs", writer.definitions);
        return Json.write(schema);
    }

    private Shape shape(Type<?> type, String path) {
        return switch (type) {
            case ScalarType<?> scalar -> orVariable(scalar.shape());
            case Block<?> block -> new Shape(ref(define(block, path)));
            case ListOf<?> list -> list(list, path + "[]");
            case MapOf<?> map -> map(map, path + ".*");
            case OrWord<?> or ->
                Shape.words(List.of(or.word())).or(shape(or.parts().getFirst(), path));
            case OneOf<?> one -> oneOf(one, path);
            case Given<?> given -> shape(given.parts().getFirst(), path);
        };
    }

    private static Shape orVariable(Shape shape) {
        return shape.keywords().equals(Map.of("type", "string")) ? shape : shape.or(new Shape(VARIABLE_REF));
    }

    private Shape oneOf(OneOf<?> one, String path) {
        Shape all = shape(one.parts().getFirst(), path);
        for (Type<?> part : one.parts().subList(1, one.parts().size())) {
            all = all.or(shape(part, path));
        }
        return all;
    }

    private Shape list(ListOf<?> list, String path) {
        Shape shape = Shape.of("type", "array")
                .and("items", shape(list.parts().getFirst(), path).keywords());
        shape = list.min() > 0 ? shape.and("minItems", list.min()) : shape;
        return list.max() < Integer.MAX_VALUE ? shape.and("maxItems", list.max()) : shape;
    }

    private Shape map(MapOf<?> map, String path) {
        Shape shape = Shape.of("type", "object")
                .and("propertyNames", map.names().shape().keywords())
                .and("additionalProperties", shape(map.parts().getFirst(), path).keywords());
        return map.max() < Integer.MAX_VALUE ? shape.and("maxProperties", map.max()) : shape;
    }

    private String define(Block<?> block, String path) {
        String known = names.get(block);
        if (known != null) {
            return known;
        }
        String name = path.replace("[]", "").replace(".*", "").replaceFirst("^(defaults|routes)\\.", "");
        names.put(block, name);
        if (definitions.put(name, Map.of()) != null) { // which holds its place in front of what it is made of
            throw new IllegalStateException("two blocks at " + name);
        }
        definitions.put(name, object(block, path).keywords());
        return name;
    }

    private Shape object(Block<?> block, String path) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (Key<?> key : block.keys()) {
            properties.put(key.name(), property(key, path.isEmpty() ? key.name() : path + "." + key.name()));
            if (key.isRequired()) {
                required.add(key.name());
            }
        }
        Shape shape = Shape.of("type", "object")
                .and("description", block.doc())
                .and("properties", properties)
                .and("additionalProperties", false);
        shape = required.isEmpty() ? shape : shape.and("required", required);
        shape = block.hasAlternatives() ? shape.and("minProperties", 1).and("maxProperties", 1) : shape;
        return block.example().isEmpty() ? shape : shape.and("examples", List.of(plain(block.example())));
    }

    private Map<String, Object> property(Key<?> key, String path) {
        Map<String, Object> property = new LinkedHashMap<>();
        property.put("description", description(key, path));
        property.putAll(shape(key.type(), path).keywords());
        key.defaultText().ifPresent(text -> property.put("default", plain(text)));
        return property;
    }

    private String description(Key<?> key, String path) {
        String doc = key.doc();
        Type<?> type = key.type() instanceof Given<?> given ? given.parts().getFirst() : key.type();
        type = type instanceof OrWord<?> or ? or.parts().getFirst() : type;
        String value = type instanceof ScalarType<?> ? "\n\nValue: " + type.expected() + "." : "";
        return doc + value + (notYet.test(path) ? "\n\nNot supported yet." : "");
    }

    /** As an editor would see it. */
    private static Object plain(String yaml) {
        return plain(YamlTree.ofTrusted(yaml));
    }

    private static Object plain(YamlNode node) {
        return switch (node) {
            case YamlNode.Mapping mapping -> {
                Map<String, Object> map = new LinkedHashMap<>();
                mapping.entries()
                        .forEach(entry -> map.put(((YamlNode.Scalar) entry.key()).text(), plain(entry.value())));
                yield map;
            }
            case YamlNode.Sequence list ->
                list.items().stream().map(SchemaWriter::plain).toList();
            case YamlNode.Scalar scalar ->
                scalar.plain() ? Objects.requireNonNull(CoreValue.of(scalar.text())) : scalar.text();
            case YamlNode.Refused refused -> throw new IllegalStateException(refused.why());
        };
    }

    private static Map<String, Object> ref(String definition) {
        return Map.of("$ref", "#/$defs/" + definition);
    }
}
