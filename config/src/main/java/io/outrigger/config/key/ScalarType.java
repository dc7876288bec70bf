package io.outrigger.config.key;

import io.outrigger.config.yaml.YamlNode;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A value that is written in one piece. Immutable. */
public abstract non-sealed class ScalarType<T> extends Type<T> {

    protected abstract Found<T> parse(Written written) throws Unfit;

    /** What a schema can say of it. */
    protected abstract Shape shape();

    /** What to show of a text that is refused. */
    String shownInMessages(Written written) {
        return written.shown();
    }

    @Override
    final @Nullable Found<T> read(YamlNode node, Place place) {
        if (node instanceof YamlNode.Scalar scalar) {
            return read(scalar, place, "");
        }
        wrongKind(node, place, expected());
        return null;
    }

    /** With what else could stand there, for messages. */
    final @Nullable Found<T> read(YamlNode.Scalar scalar, Place place, String otherwise) {
        if (Written.asIs(scalar).isNothing()) {
            wrongKind(scalar, place, expected() + otherwise);
            return null;
        }
        Written written = place.reading().variables().fill(scalar, place);
        if (written == null) {
            return null;
        }
        try {
            return take(written, place);
        } catch (Unfit e) {
            place.expected(shownInMessages(written), e.isNear() ? e.expected() : e.expected() + otherwise);
            return null;
        }
    }

    @Override
    final boolean takes(YamlNode node) {
        return node instanceof YamlNode.Scalar;
    }

    /** Parses it, and does what comes of it: names are defined and referred to. */
    Found<T> take(Written written, Place place) throws Unfit {
        return accepted(parse(written), written, place);
    }

    Found<T> accepted(Found<T> found, Written written, Place place) {
        if (place.isNotYet(String.valueOf(found.shown()))) {
            place.problem(found.shown() + " is not supported yet");
        }
        return written.fromEnvironment() ? new Found<>(found.value(), written.original()) : escaped(found);
    }

    /** So that nobody who reads again what is shown takes it for a variable. */
    private static <T> Found<T> escaped(Found<T> found) {
        return found.shown() instanceof String text && text.contains("${")
                ? new Found<>(found.value(), text.replace("${", "$${"))
                : found;
    }

    /** The same texts with other values; messages and pages stay the same. */
    public <R> ScalarType<R> map(Function<T, R> change) {
        return new Mapped<>(this, change);
    }

    private static final class Mapped<S, T> extends ScalarType<T> {
        private final ScalarType<S> source;
        private final Function<S, T> change;

        Mapped(ScalarType<S> source, Function<S, T> change) {
            this.source = source;
            this.change = change;
        }

        @Override
        protected Found<T> parse(Written written) throws Unfit {
            Found<S> found = source.parse(written);
            return new Found<>(change.apply(found.value()), found.shown());
        }

        @Override
        Found<T> take(Written written, Place place) throws Unfit {
            Found<S> found = source.take(written, place);
            return new Found<>(change.apply(found.value()), found.shown());
        }

        @Override
        String shownInMessages(Written written) {
            return source.shownInMessages(written);
        }

        @Override
        protected Shape shape() {
            return source.shape();
        }

        @Override
        public String expected() {
            return source.expected();
        }

        @Override
        public String summary() {
            return source.summary();
        }
    }
}
