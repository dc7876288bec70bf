package io.outrigger.config.key;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The values of one mapping's keys, all there: a record is made of them. Confined to the thread that reads. */
public final class Values {
    private final Map<Key<?>, Found<?>> found = new HashMap<>();
    private final Set<Key<?>> given = new HashSet<>();
    private final Map<Key<?>, Object> implied = new HashMap<>(); // as the file would say it
    private final @Nullable String owner;

    Values(@Nullable String owner) {
        this.owner = owner;
    }

    /** @param isGiven whether the file has the key; else it is the default */
    <T> void put(Key<T> key, Found<T> value, boolean isGiven) {
        found.put(key, value);
        if (isGiven) {
            given.add(key);
        }
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

    /** The value; where it is the default, as much of it as another key allows: that is shown as defaults are. */
    public int orAtMost(Key<Integer> key, int most) {
        return orInstead(key, Math.min(get(key), most));
    }

    /** The value; where it is the default, as much as another key wants: that is shown as defaults are. */
    public int orAtLeast(Key<Integer> key, int least) {
        return orInstead(key, Math.max(get(key), least));
    }

    private int orInstead(Key<Integer> key, int instead) {
        int value = get(key);
        if (given.contains(key) || value == instead) {
            return value;
        }
        implied.put(key, instead);
        return instead;
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
