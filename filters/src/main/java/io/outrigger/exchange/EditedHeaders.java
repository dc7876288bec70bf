package io.outrigger.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Other fields with one name taken out, one field put behind them, or both. Immutable.
 *
 * @param base the fields that are edited
 * @param removed the name that is taken out of {@code base}; null for none
 * @param added the name of the field behind; null for none
 * @param value the value of the field behind; null when there is none
 */
public record EditedHeaders(
        Headers base,
        @Nullable HeaderName removed,
        @Nullable HeaderName added,
        @Nullable String value) implements Headers {

    @Override
    public @Nullable String get(HeaderName name) {
        String first = name.equals(removed) ? null : base.get(name);
        return first == null && name.equals(added) ? value : first;
    }

    @Override
    public List<String> all(HeaderName name) {
        List<String> values = new ArrayList<>(name.equals(removed) ? List.of() : base.all(name));
        if (value != null && name.equals(added)) {
            values.add(value);
        }
        return values;
    }

    @Override
    public void forEach(BiConsumer<String, String> each) {
        String gone = removed == null ? null : removed.toString();
        base.forEach((name, line) -> {
            if (!name.equalsIgnoreCase(gone)) {
                each.accept(name, line);
            }
        });
        if (added != null && value != null) {
            each.accept(added.toString(), value);
        }
    }
}
