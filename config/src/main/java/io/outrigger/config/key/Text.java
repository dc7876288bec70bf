package io.outrigger.config.key;

import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A text, checked and taken apart by whoever knows what it means. Immutable. */
public final class Text<T> extends ScalarType<T> {
    private static final Shape ANY = Shape.of("type", "string");

    private final String expected;
    private final Parser<T> parser;
    private final Function<T, String> shown;
    private final UnaryOperator<String> mask;
    private final @Nullable NameKind defined;
    private final @Nullable NameKind referred;
    private final Shape shape;

    /** Throws {@link Unfit} with what is expected when that can be said better than by the type. */
    @FunctionalInterface
    public interface Parser<T> {
        @Nullable
        T parse(String text) throws Unfit;
    }

    private Text(
            String expected,
            Parser<T> parser,
            Function<T, String> shown,
            UnaryOperator<String> mask,
            @Nullable NameKind defined,
            @Nullable NameKind referred,
            Shape shape) {
        this.expected = expected;
        this.parser = parser;
        this.shown = shown;
        this.mask = mask;
        this.defined = defined;
        this.referred = referred;
        this.shape = shape;
    }

    /** The value is shown by its {@code toString}. */
    public static <T> Text<T> of(String expected, Parser<T> parser) {
        return new Text<>(expected, parser, String::valueOf, UnaryOperator.identity(), null, null, ANY);
    }

    public static Text<String> matching(String expected, Predicate<String> predicate) {
        return of(expected, text -> predicate.test(text) ? text : null);
    }

    /** Hides what is secret in a text, wherever it is shown. */
    public Text<T> masked(UnaryOperator<String> mask) {
        return new Text<>(expected, parser, shown, mask, defined, referred, shape);
    }

    /** The value is a name that nothing else of its kind may have. */
    public Text<T> defining(NameKind kind) {
        return new Text<>(expected, parser, shown, mask, kind, referred, shape);
    }

    /** The value is a name that something else of the kind must have. */
    public Text<T> referringTo(NameKind kind) {
        return new Text<>(expected, parser, shown, mask, defined, kind, shape);
    }

    /** Tells schemas more: a regex of ECMA-262 for every text that is taken, and few others. */
    public Text<T> like(String pattern) {
        return new Text<>(expected, parser, shown, mask, defined, referred, Shape.text(pattern));
    }

    @Override
    protected Shape shape() {
        return shape;
    }

    @Override
    protected Found<T> parse(Written written) throws Unfit {
        if (!written.mayBeText()) {
            throw Unfit.near("text, so in quotes: \"" + written.text() + "\"");
        }
        T value = parser.parse(written.text());
        if (value == null) {
            throw Unfit.far(expected);
        }
        return new Found<>(value, mask.apply(shown.apply(value)));
    }

    @Override
    Found<T> accepted(Found<T> found, Written written, Place place) {
        String name = shown.apply(found.value());
        String said = written.fromEnvironment() ? written.original() : name;
        if (defined != null && defined.tells(name)) {
            place.reading().names().define(defined, name, said, place);
        }
        if (referred != null) {
            place.reading().names().refer(referred, name, said, place);
        }
        Found<T> accepted = super.accepted(found, written, place);
        return written.fromEnvironment() ? new Found<>(found.value(), mask.apply(written.original())) : accepted;
    }

    @Override
    String shownInMessages(Written written) {
        return mask.apply(super.shownInMessages(written));
    }

    @Override
    public String expected() {
        return expected;
    }
}
