package io.outrigger.config.key;

import io.outrigger.config.yaml.YamlNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Values under names that the file chooses, in order. Immutable. */
public final class MapOf<T> extends Type<Map<String, T>> {
    private static final int MOST_NAMED = 1000; // upstreams and the like, which take much memory each

    private final Text<String> name;
    private final Type<T> value;
    private final @Nullable NameKind kind;
    private final Set<String> secret;

    private MapOf(Text<String> name, Type<T> value, @Nullable NameKind kind, Set<String> secret) {
        this.name = name;
        this.value = value;
        this.kind = kind;
        this.secret = secret;
    }

    public static <T> MapOf<T> of(Text<String> name, Type<T> value) {
        return new MapOf<>(name, value, null, Set.of());
    }

    /** What is defined here can be referred to elsewhere, and its record can ask for its name. */
    public static <T> MapOf<T> defining(NameKind kind, Text<String> name, Type<T> value) {
        return new MapOf<>(name, value, kind, Set.of());
    }

    /** The values under these names are not shown. */
    public MapOf<T> hiding(Set<String> names) {
        return new MapOf<>(name, value, kind, names);
    }

    @Override
    @Nullable
    Found<Map<String, T>> read(YamlNode node, Place place) {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            wrongKind(node, place, expected());
            if (kind != null) {
                place.reading().names().lost(kind);
            }
            return null;
        }
        if (kind != null && mapping.entries().size() > MOST_NAMED) {
            place.expected(mapping.entries().size() + " of them", "at most " + MOST_NAMED);
            place.reading().names().lost(kind);
            return null;
        }
        Map<String, T> values = new LinkedHashMap<>();
        Map<String, Object> shown = new LinkedHashMap<>();
        Entries entries = new Entries(place);
        boolean complete = true;
        for (YamlNode.Entry entry : mapping.entries()) {
            String key = entries.key(entry, name);
            if (key == null) {
                if (kind != null && entry.key() instanceof YamlNode.Scalar wrong) {
                    place.reading().names().mention(kind, wrong.text(), place);
                }
                complete = false;
                continue;
            }
            Place at = kind == null
                    ? place.key(key, entry.key().at())
                    : place.named(key, entry.key().at());
            if (kind != null) {
                at.reading().names().define(kind, key, key, at);
            }
            Found<T> found = value.read(entry.value(), at);
            if (found == null || found.shown() == null) {
                complete = false;
                continue;
            }
            values.put(key, found.value());
            shown.put(key, secret.contains(key) ? "***" : found.shown());
        }
        return complete ? new Found<>(values, shown) : null;
    }

    Text<String> names() {
        return name;
    }

    int max() {
        return kind == null ? Integer.MAX_VALUE : MOST_NAMED;
    }

    @Override
    boolean takes(YamlNode node) {
        return node instanceof YamlNode.Mapping;
    }

    @Override
    public String expected() {
        return "a mapping, each key " + name.expected();
    }

    @Override
    public List<Type<?>> parts() {
        return List.of(value);
    }

    @Override
    void check(String key, Map<String, T> values) {
        values.forEach((name, one) -> value.check(key + "." + name, one));
    }
}
