package io.outrigger.config.key;

/** A number or quantity between two others. Immutable. */
public abstract class Ranged<T extends Comparable<T>> extends ScalarType<T> {
    private final T min;
    private final T max;

    protected Ranged(T min, T max) {
        this.min = min;
        this.max = max;
    }

    protected final T min() {
        return min;
    }

    protected final T max() {
        return max;
    }

    /** Throws with what is expected when the text is no such quantity at all. */
    protected abstract T quantity(Written written) throws Unfit;

    protected abstract String text(T value);

    /** How it is shown in the effective configuration. */
    protected Object shown(T value) {
        return text(value);
    }

    protected boolean allows(T value) {
        return min.compareTo(value) <= 0 && value.compareTo(max) <= 0;
    }

    @Override
    protected final Found<T> parse(Written written) throws Unfit {
        T value = quantity(written);
        if (!allows(value)) {
            throw Unfit.near(range());
        }
        return new Found<>(value, shown(value));
    }

    protected String range() {
        return min.compareTo(max) == 0 ? text(min) : text(min) + " to " + text(max);
    }

    @Override
    public String expected() {
        return range();
    }

    @Override
    final void check(String key, T value) {
        if (!allows(value)) {
            throw new Rejected(key, text(value), range());
        }
    }
}
