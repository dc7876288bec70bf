package io.outrigger.config.key;

import io.outrigger.config.yaml.YamlNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value, or a word that stands for having none. The word {@code off} may be spelled as YAML spells it, and may have
 * become {@code false} on its way through a tool that reads YAML 1.1. Immutable.
 */
public final class OrWord<T> extends Type<Optional<T>> {
    static final String OFF = "off";

    private final Type<T> type;
    private final String word;

    OrWord(Type<T> type, String word) {
        this.type = type;
        this.word = word;
    }

    @Override
    @Nullable
    Found<Optional<T>> read(YamlNode node, Place place) {
        if (isWord(node)) {
            return new Found<>(Optional.empty(), word);
        }
        if (!type.takes(node)) {
            wrongKind(node, place, expected());
            return null;
        }
        Found<T> found = type instanceof ScalarType<T> one && node instanceof YamlNode.Scalar scalar
                ? one.read(scalar, place, ", or " + word)
                : type.read(node, place);
        return found == null ? null : new Found<>(Optional.of(found.value()), found.shown());
    }

    boolean isWord(YamlNode node) {
        return node instanceof YamlNode.Scalar scalar
                && (scalar.text().equals(word) || word.equals(OFF) && isOff(scalar.text(), scalar.plain()));
    }

    public String word() {
        return word;
    }

    /** What YAML 1.1 takes for off, and false, which it takes for the same. */
    static boolean isOff(String text, boolean plain) {
        return switch (text) {
            case "off", "Off", "OFF" -> true;
            default -> plain && text.toLowerCase(Locale.ROOT).equals("false");
        };
    }

    @Override
    boolean takes(YamlNode node) {
        return isWord(node) || type.takes(node);
    }

    @Override
    public String expected() {
        return type.expected() + ", or " + word;
    }

    @Override
    public List<Type<?>> parts() {
        return List.of(type);
    }

    @Override
    void check(String key, Optional<T> value) {
        value.ifPresent(present -> type.check(key, present));
    }
}
