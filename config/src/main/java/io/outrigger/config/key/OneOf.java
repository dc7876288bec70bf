package io.outrigger.config.key;

import io.outrigger.config.yaml.YamlNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value of the first of several types that fits what is written. Immutable. */
public final class OneOf<T> extends Type<T> {
    private final List<Type<T>> types;

    private OneOf(List<Type<T>> types) {
        this.types = types;
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T> OneOf<T> of(Type<T>... types) {
        return new OneOf<>(List.of(types));
    }

    @Override
    @Nullable
    Found<T> read(YamlNode node, Place place) {
        if (node instanceof YamlNode.Scalar scalar) {
            return scalar(scalar, place);
        }
        for (Type<T> type : types) {
            if (type.takes(node)) {
                return type.read(node, place);
            }
        }
        wrongKind(node, place, expected());
        return null;
    }

    private @Nullable Found<T> scalar(YamlNode.Scalar scalar, Place place) {
        Written written = place.reading().variables().fill(scalar, place);
        if (written == null) {
            return null;
        }
        String expected = expected();
        for (Type<T> type : types) {
            if (type instanceof ScalarType<T> one && !written.isNothing()) {
                try {
                    return one.take(written, place);
                } catch (Unfit e) {
                    expected = e.isNear() ? e.expected() : expected; // but the next type may take it
                }
            }
        }
        place.expected(written.shown(), expected);
        return null;
    }

    @Override
    boolean takes(YamlNode node) {
        return types.stream().anyMatch(type -> type.takes(node));
    }

    @Override
    public String expected() {
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < types.size(); i++) {
            boolean last = i == types.size() - 1;
            Type<T> type = types.get(i);
            String words = type instanceof Word<T> word && !last ? String.join(", ", word.words()) : type.expected();
            expected.append(i == 0 ? "" : last ? ", or " : ", ").append(words);
        }
        return expected.toString();
    }

    @Override
    public List<Type<?>> parts() {
        return List.copyOf(types);
    }
}
