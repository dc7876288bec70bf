package io.outrigger.config.key;

import io.outrigger.config.yaml.Position;
import io.outrigger.config.yaml.YamlNode;
import io.outrigger.config.yaml.YamlTree;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One key of the file: its name, what it may be, what it is when absent, and what it is for. Immutable. */
public final class Key<T> {
    private final String name;
    private final Type<T> type;
    private final String doc;
    private final @Nullable String defaultText;
    private final @Nullable T absent;

    private Key(String name, Type<T> type, String doc, @Nullable String defaultText, @Nullable T absent) {
        this.name = name;
        this.type = type;
        this.doc = doc;
        this.defaultText = defaultText;
        this.absent = absent;
    }

    /** Must be given, unless {@link #or} says what it is otherwise. */
    public static <T> Key<T> of(String name, Type<T> type, String doc) {
        return new Key<>(name, type, doc, null, null);
    }

    /** Empty when absent. */
    public static <T> Key<Optional<T>> optional(String name, Type<T> type, String doc) {
        return new Key<>(name, type.given(), doc, null, Optional.empty());
    }

    /** Empty when absent or {@code off}. */
    public static <T> Key<Optional<T>> orOff(String name, Type<T> type, String doc) {
        return new Key<>(name, type.orOff(), doc, null, Optional.empty());
    }

    /** The default, as the file would say it. */
    public Key<T> or(String text) {
        return new Key<>(name, type, doc, text, null);
    }

    /** For values that did not come out of a file. */
    public void check(T value) {
        type.check(name, value);
    }

    /** What it is when absent; null, with a problem, when it must be given. */
    @Nullable
    Found<T> absent(Place around) {
        if (around.reading().hasInherited(this)) {
            return around.reading().inherited(this);
        }
        if (absent != null) {
            return new Found<>(absent, null);
        }
        if (defaultText != null) {
            return type.read(node(defaultText), around.key(name, around.at()));
        }
        around.reading().problem(around.at(), around.pathOf(name), "missing (expected: " + type.expected() + ")");
        return null;
    }

    /** Only lists and mappings need the parser. */
    private static YamlNode node(String text) {
        return switch (text) {
            case "{}" -> new YamlNode.Mapping(Position.START, List.of());
            case "[]" -> new YamlNode.Sequence(Position.START, List.of());
            default ->
                "{[\"".indexOf(text.charAt(0)) >= 0
                        ? YamlTree.ofTrusted(text)
                        : new YamlNode.Scalar(Position.START, text, true);
        };
    }

    public String name() {
        return name;
    }

    public Type<T> type() {
        return type;
    }

    public String doc() {
        return doc;
    }

    /** As the file would say it; empty when there is none. */
    public Optional<String> defaultText() {
        return Optional.ofNullable(defaultText);
    }

    public boolean isRequired() {
        return defaultText == null && absent == null;
    }

    @Override
    public String toString() {
        return name;
    }
}
