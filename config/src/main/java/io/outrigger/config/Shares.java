package io.outrigger.config;

import io.outrigger.config.key.Quantities;
import io.outrigger.config.key.Ranged;
import io.outrigger.config.key.Shape;
import io.outrigger.config.key.Unfit;
import io.outrigger.config.key.Written;

/** A part of a whole in percent. Immutable. */
final class Shares extends Ranged<Share> {
    static final Shares ANY = new Shares(0, 100);

    private Shares(double min, double max) {
        super(new Share(min), new Share(max));
    }

    static Shares of(double min, double max) {
        return new Shares(min, max);
    }

    @Override
    protected Share quantity(Written written) throws Unfit {
        String text = written.text();
        String number = text.endsWith("%") ? text.substring(0, text.length() - 1) : "";
        if (!Quantities.isDecimal(number)) {
            throw Unfit.far(expected());
        }
        double percent = Double.parseDouble(number);
        if (percent > 100) {
            throw Unfit.near(range());
        }
        return new Share(percent);
    }

    @Override
    protected String text(Share value) {
        return value.toString();
    }

    @Override
    protected Shape shape() {
        return Shape.text("^[0-9]+(?:\\.[0-9]+)?%$");
    }

    @Override
    public String summary() {
        return "share, " + range();
    }

    @Override
    public String expected() {
        return "a share with its percent sign, " + range();
    }
}
