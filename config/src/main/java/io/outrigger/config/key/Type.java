package io.outrigger.config.key;

import io.outrigger.config.yaml.YamlNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a key's value may be: how it is read, and how messages and pages say it. Immutable. */
public abstract sealed class Type<T> permits ScalarType, Block, ListOf, MapOf, OrWord, OneOf, Given {

    /** Null once a problem has been reported. */
    abstract @Nullable Found<T> read(YamlNode node, Place place);

    /** Whether it is written as a scalar, list or mapping, as this node is. */
    abstract boolean takes(YamlNode node);

    /** Completes "(expected: …)" and the reference page. */
    public abstract String expected();

    /** The same in few words, for the tables of the reference page. */
    public String summary() {
        return expected();
    }

    /** The types of what it holds. */
    public List<Type<?>> parts() {
        return List.of();
    }

    /** Throws {@link Rejected} when a value that was not read is out of range. */
    void check(String key, T value) {}

    public ListOf<T> list(int min) {
        return new ListOf<>(this, min);
    }

    /** Empty is written as this word. */
    public OrWord<T> or(String word) {
        return new OrWord<>(this, word);
    }

    public OrWord<T> orOff() {
        return or(OrWord.OFF);
    }

    Type<Optional<T>> given() {
        return new Given<>(this);
    }

    /** A list or mapping where something else is due, or the other way round. */
    static void wrongKind(YamlNode node, Place place, String expected) {
        switch (node) {
            case YamlNode.Refused refused -> place.problem(refused.why());
            case YamlNode.Sequence sequence -> place.expected("a list", expected);
            case YamlNode.Mapping mapping -> place.expected("a mapping", expected);
            case YamlNode.Scalar scalar -> place.expected(Written.asIs(scalar).shown(), expected);
        }
    }
}
