package io.outrigger.exchange;

import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Fields of a message that the proxy made itself. Immutable. */
record ListHeaders(List<Line> lines) implements Headers {
    record Line(HeaderName key, String name, String value) {}

    @Override
    public @Nullable String get(HeaderName name) {
        for (Line line : lines) {
            if (line.key.equals(name)) {
                return line.value;
            }
        }
        return null;
    }

    @Override
    public List<String> all(HeaderName name) {
        return lines.stream()
                .filter(line -> line.key.equals(name))
                .map(Line::value)
                .toList();
    }

    @Override
    public void forEach(BiConsumer<String, String> each) {
        for (Line line : lines) {
            each.accept(line.name, line.value);
        }
    }
}
