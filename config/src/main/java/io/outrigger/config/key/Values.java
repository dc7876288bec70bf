package io.outrigger.config.key;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The values of one mapping's keys, all there: a record is made of them. Confined to the thread that reads. */
public final class Values {
    private final Map<Key<?>, Found<?>> found = new HashMap<>();
    private final Map<Key<?>, Object> implied = new HashMap<>(); // as the file would say it
    private final @Nullable String owner;

    Values(@Nullable String owner) {
        this.owner = owner;
    }

    <T> void put(Key<T> key, Found<T> value) {
        found.put(key, value);
    }

    @SuppressWarnings("unchecked") // what is kept under a key was read by it
    public <T> T get(Key<T> key) {
        return (T) Objects.requireNonNull(found.get(key), key::name).value();
    }

    /** The value, or what it is because of another key: that is shown as defaults are. */
    public <T> T orImplied(Key<Optional<T>> key, T otherwise) {
        return get(key).orElseGet(() -> {
            implied.put(key, otherwise.toString());
            return otherwise;
        });
    }

    Map<Key<?>, Object> implied() {
        return implied;
    }

    /** The name under which the file defines this mapping. */
    public String name() {
        return Objects.requireNonNull(owner, "name");
    }

    /** The value of the one key that is given; for mappings whose keys are alternatives. */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public final <T> T only(Key<Optional<T>>... keys) {
        List<Key<Optional<T>>> here =
                Stream.of(keys).filter(key -> get(key).isPresent()).toList();
        Rejected.unless(
                here.size() == 1,
                "",
                here.isEmpty()
                        ? "nothing"
                        : Words.and(here.stream().map(Key::name).toList()),
                "one of " + Words.or(Stream.of(keys).map(Key::name).toList()));
        return get(here.getFirst()).orElseThrow();
    }
}
