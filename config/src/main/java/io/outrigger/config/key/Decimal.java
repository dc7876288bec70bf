package io.outrigger.config.key;

import java.math.BigDecimal;

/** A number that may have a fraction. Immutable. */
public final class Decimal extends Ranged<Double> {
    private Decimal(double min, double max) {
        super(min, max);
    }

    public static Decimal of(double min, double max) {
        return new Decimal(min, max);
    }

    @Override
    protected Double quantity(Written written) throws Unfit {
        if (!Quantities.isDecimal(written.text())) {
            throw Unfit.far("a number, " + range());
        }
        if (!written.mayBeOther()) {
            throw Unfit.near("a number without quotes, " + range());
        }
        return Double.valueOf(written.text());
    }

    @Override
    protected Shape shape() {
        return Shape.decimal(min(), max());
    }

    @Override
    protected String text(Double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    @Override
    protected Object shown(Double value) {
        return value;
    }
}
