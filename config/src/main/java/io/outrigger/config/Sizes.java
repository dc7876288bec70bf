package io.outrigger.config;

import io.outrigger.config.key.Quantities;
import io.outrigger.config.key.Ranged;
import io.outrigger.config.key.Shape;
import io.outrigger.config.key.Unfit;
import io.outrigger.config.key.Written;

/** A number of bytes with its unit. Immutable. */
final class Sizes extends Ranged<DataSize> {
    private static final String[] UNITS = {"KiB", "MiB", "GiB", "B"};
    private static final int[] SHIFTS = {10, 20, 30, 0};

    private Sizes(DataSize min, DataSize max) {
        super(min, max);
    }

    static Sizes of(DataSize min, DataSize max) {
        return new Sizes(min, max);
    }

    static Sizes upTo(DataSize max) {
        return new Sizes(new DataSize(1), max);
    }

    @Override
    protected DataSize quantity(Written written) throws Unfit {
        String text = written.text();
        for (int i = 0; i < UNITS.length; i++) {
            if (text.endsWith(UNITS[i])) {
                String number = text.substring(0, text.length() - UNITS[i].length());
                if (number.indexOf('.') < 0 && Quantities.isDecimal(number) && number.length() <= 9) {
                    return new DataSize(Long.parseLong(number) << SHIFTS[i]);
                }
                break;
            }
        }
        throw Unfit.far(expected());
    }

    @Override
    protected String text(DataSize value) {
        return value.toString();
    }

    @Override
    protected Shape shape() {
        return Shape.text("^[0-9]{1,9}(?:B|KiB|MiB|GiB)$");
    }

    @Override
    public String summary() {
        return "size, " + range();
    }

    @Override
    public String expected() {
        return "a size with its unit: B, KiB, MiB or GiB; " + range();
    }
}
