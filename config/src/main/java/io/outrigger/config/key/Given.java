package io.outrigger.config.key;

import io.outrigger.config.yaml.YamlNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A value of a key that may be absent. Immutable. */
final class Given<T> extends Type<Optional<T>> {
    private final Type<T> type;

    Given(Type<T> type) {
        this.type = type;
    }

    @Override
    @Nullable
    Found<Optional<T>> read(YamlNode node, Place place) {
        Found<T> found = type.read(node, place);
        return found == null ? null : new Found<>(Optional.of(found.value()), found.shown());
    }

    @Override
    boolean takes(YamlNode node) {
        return type.takes(node);
    }

    @Override
    public String expected() {
        return type.expected();
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
