package io.outrigger.config.key;

import io.outrigger.config.yaml.Places;
import io.outrigger.config.yaml.Position;
import io.outrigger.config.yaml.Problems;
import io.outrigger.config.yaml.YamlNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One pass over one file: what is known besides the node at hand. Confined to the thread that reads. */
public final class Reading {
    private final Problems problems;
    private final Variables variables;
    private final Predicate<String> notYet;
    private final Names names = new Names();
    private final Hints hints = new Hints();
    private final Places places;
    private final Map<Key<?>, Optional<Found<?>>> inherited = new HashMap<>();

    /** For whoever does not ask for places later. */
    public Reading(Problems problems, Environment environment, Predicate<String> notYet) {
        this(problems, new Places(""), environment, notYet);
    }

    /** The predicate tells of patterns like {@code routes[].hedge} whether they are still to come. */
    public Reading(Problems problems, Places places, Environment environment, Predicate<String> notYet) {
        this.problems = problems;
        this.places = places;
        this.variables = new Variables(environment);
        this.notYet = notYet;
    }

    /** For values of our own, in a place where nothing can be wrong. */
    static Reading ofDefaults() {
        return new Reading(new Problems("built in"), Environment.EMPTY, pattern -> false);
    }

    /** Null once a problem has been reported; but there can be problems beside a value, too. */
    public <T> @Nullable Found<T> read(Type<T> type, YamlNode root) {
        Found<T> found = type.read(root, Place.root(this, root.at()));
        names.report(hints);
        return found;
    }

    Names names() {
        return names;
    }

    Hints hints() {
        return hints;
    }

    Variables variables() {
        return variables;
    }

    boolean isNotYet(String pattern) {
        return notYet.test(pattern);
    }

    void remember(String path, Position at) {
        places.remember(path, at);
    }

    void problem(Position at, String path, String message) {
        problems.add(at, path, message);
    }

    /** About a path whose end need not be in the file: then the nearest mapping around it is where. */
    void problem(String path, String message) {
        problems.add(places.of(path), path, message);
    }

    /** Null when the value was there and wrong. */
    void passOn(Key<?> key, @Nullable Found<?> found) {
        inherited.put(key, Optional.ofNullable(found));
    }

    boolean hasInherited(Key<?> key) {
        return inherited.containsKey(key);
    }

    /** Null when it was there and wrong, which has been reported. */
    @SuppressWarnings("unchecked") // what is kept under a key was read by it
    <T> @Nullable Found<T> inherited(Key<T> key) {
        return (Found<T>) inherited.getOrDefault(key, Optional.empty()).orElse(null);
    }
}
