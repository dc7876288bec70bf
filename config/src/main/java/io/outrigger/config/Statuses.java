package io.outrigger.config;

import io.outrigger.config.key.Found;
import io.outrigger.config.key.ScalarType;
import io.outrigger.config.key.Shape;
import io.outrigger.config.key.Unfit;
import io.outrigger.config.key.Written;

/** One status, or a range of them: {@code 502}, {@code 500-599}. Immutable. */
final class Statuses extends ScalarType<StatusSet.Range> {
    private final int min;
    private final int max;

    private Statuses(int min, int max) {
        this.min = min;
        this.max = max;
    }

    static Statuses of(int min, int max) {
        return new Statuses(min, max);
    }

    @Override
    protected Found<StatusSet.Range> parse(Written written) throws Unfit {
        String text = written.text();
        int dash = text.indexOf('-');
        int first = status(dash < 0 ? text : text.substring(0, dash));
        int last = status(text.substring(dash + 1));
        if (first < min || last > max || first > last) {
            throw Unfit.far(expected());
        }
        return new Found<>(new StatusSet.Range(first, last), dash < 0 ? (Object) first : text);
    }

    /** Zero for what is none. */
    private static int status(String text) {
        return text.length() == 3 && text.chars().allMatch(c -> c >= '0' && c <= '9') ? Integer.parseInt(text) : 0;
    }

    @Override
    protected Shape shape() {
        return Shape.whole(min, max).or(Shape.text("^[1-5][0-9]{2}(?:-[1-5][0-9]{2})?$"));
    }

    @Override
    public String expected() {
        return "a status or range of statuses within " + min + " to " + max;
    }
}
