package io.outrigger.config.key;

import io.outrigger.config.yaml.Position;
import org.jspecify.annotations.Nullable;

/**
 * Where in the file a value stands: a value of a mapping at its key, an item of a list at itself. Immutable.
 *
 * @param path as messages say it: {@code routes[2].retry.attempts}
 * @param pattern the same for all items and names: {@code routes[].retry.attempts}
 * @param owner the name under which the nearest named thing around it is known, if there is one
 */
record Place(
        Reading reading,
        String path,
        String pattern,
        @Nullable String owner,
        Position at) {

    static Place root(Reading reading, Position at) {
        reading.remember("", at);
        return new Place(reading, "", "", null, at);
    }

    Place key(String name, Position at) {
        return child(pathOf(name), pattern.isEmpty() ? name : pattern + "." + name, at);
    }

    String pathOf(String key) {
        String name = key.isEmpty() ? "\"\"" : key;
        return path.isEmpty() ? name : path + "." + name;
    }

    Place item(int index, Position at) {
        return child(path + "[" + index + "]", pattern + "[]", at);
    }

    Place named(String name, Position at) {
        Place place = child(path + "." + name, pattern + ".*", at);
        return new Place(reading, place.path, place.pattern, name, at);
    }

    private Place child(String path, String pattern, Position at) {
        reading.remember(path, at);
        return new Place(reading, path, pattern, owner, at);
    }

    void problem(String message) {
        reading.problem(at, path, message);
    }

    void expected(String value, String expected) {
        problem(value + " (expected: " + expected + ")");
    }

    boolean isNotYet() {
        return reading.isNotYet(pattern);
    }

    boolean isKeyNotYet(String key) {
        return reading.isNotYet(pattern.isEmpty() ? key : pattern + "." + key);
    }

    /** For a value that is still to come where its key is there already. */
    boolean isNotYet(String value) {
        String scheme = value.substring(0, value.indexOf(':') + 1);
        return reading.isNotYet(pattern + "=" + value) || reading.isNotYet(pattern + "=" + scheme);
    }
}
