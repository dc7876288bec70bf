package io.outrigger.config.key;

import io.outrigger.config.yaml.YamlNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values of one type, in order. Immutable. */
public final class ListOf<T> extends Type<List<T>> {
    private final Type<T> item;
    private final int min;
    private final int max;

    ListOf(Type<T> item, int min) {
        this(item, min, Integer.MAX_VALUE);
    }

    private ListOf(Type<T> item, int min, int max) {
        this.item = item;
        this.min = min;
        this.max = max;
    }

    /** For items that take much memory each. */
    public ListOf<T> atMost(int count) {
        return new ListOf<>(item, min, count);
    }

    @Override
    @Nullable
    Found<List<T>> read(YamlNode node, Place place) {
        if (!(node instanceof YamlNode.Sequence list)) {
            wrongKind(node, place, expected());
            return null;
        }
        if (list.items().size() > max) {
            place.expected(list.items().size() + " of them", "at most " + max);
            return null;
        }
        List<T> values = new ArrayList<>();
        List<Object> shown = new ArrayList<>();
        int index = 0;
        for (YamlNode element : list.items()) {
            Found<T> found = item.read(element, place.item(index++, element.at()));
            if (found != null && found.shown() != null) {
                values.add(found.value());
                shown.add(found.shown());
            }
        }
        if (list.items().size() < min) {
            place.expected("an empty list", "at least one");
            return null;
        }
        return values.size() == list.items().size() ? new Found<>(values, shown) : null;
    }

    int min() {
        return min;
    }

    int max() {
        return max;
    }

    @Override
    boolean takes(YamlNode node) {
        return node instanceof YamlNode.Sequence;
    }

    @Override
    public String expected() {
        return "a list, each " + item.expected();
    }

    @Override
    public List<Type<?>> parts() {
        return List.of(item);
    }

    @Override
    void check(String key, List<T> values) {
        Rejected.unless(values.size() >= min, key, "an empty list", "at least one");
        values.forEach(value -> item.check(key, value));
    }
}
