package io.outrigger.exchange;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a head or of trailers, in order, without the hop-by-hop ones. Immutable.
 * A value is a string of ISO-8859-1 characters, without the white space around it.
 */
public interface Headers {
    /** Who takes fields as bytes in ISO-8859-1, which are not to be kept or changed. Confined to one loop. */
    @FunctionalInterface
    interface FieldSink {
        /** One field. */
        void field(byte[] bytes, int nameFrom, int nameTo, int valueFrom, int valueTo);
    }

    /** Who takes a value as bytes in ISO-8859-1, which are not to be kept or changed. Confined to one loop. */
    @FunctionalInterface
    interface ValueSink {
        void value(byte[] bytes, int from, int to);
    }

    @SuppressWarnings("ClassInitializationDeadlock") // nobody else makes one
    Headers NONE = new ListHeaders(List.of());

    /** The fields in order: name, value, name, value. */
    static Headers of(String... namesAndValues) {
        List<ListHeaders.Line> lines = new ArrayList<>(namesAndValues.length / 2);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            lines.add(new ListHeaders.Line(HeaderName.of(namesAndValues[i]), namesAndValues[i], namesAndValues[i + 1]));
        }
        return new ListHeaders(List.copyOf(lines));
    }

    /** The value of the first field of that name, null when there is none. */
    @Nullable
    String get(HeaderName name);

    /** The values of all fields of that name, in order; empty when there are none. */
    List<String> all(HeaderName name);

    /** The same without making strings, where that is possible. */
    default void forEachValue(HeaderName name, ValueSink each) {
        for (String value : all(name)) {
            byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
            each.value(bytes, 0, bytes.length);
        }
    }

    /** Each field in order, with its name as it was received. */
    void forEach(BiConsumer<String, String> each);

    /** The same without making strings, where that is possible. */
    default void forEachField(FieldSink each) {
        forEach((name, value) -> {
            byte[] bytes = (name + value).getBytes(StandardCharsets.ISO_8859_1);
            each.field(bytes, 0, name.length(), name.length(), bytes.length);
        });
    }

    /** How many fields have that name. */
    default int count(HeaderName name) {
        return all(name).size();
    }

    default boolean has(HeaderName name) {
        return get(name) != null;
    }

    /** These fields with one more at the end. */
    default Headers plus(HeaderName name, String value) {
        return new EditedHeaders(this, null, name, value);
    }

    /** These fields with all of that name replaced by one at the end. */
    default Headers with(HeaderName name, String value) {
        return new EditedHeaders(this, name, name, value);
    }

    /** These fields but those of that name. */
    default Headers without(HeaderName name) {
        return has(name) ? new EditedHeaders(this, name, null, null) : this;
    }
}
