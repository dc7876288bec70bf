package io.outrigger.config.key;

import java.math.BigDecimal;

/** The numbers in front of units. */
public final class Quantities {
    private static final int MOST_DIGITS = 15;

    private Quantities() {}

    /** {@code 3} or {@code 3.5}, in few enough digits to be counted with. */
    public static boolean isDecimal(String text) {
        int dot = text.indexOf('.');
        String digits = dot < 0 ? text : text.substring(0, dot) + text.substring(dot + 1);
        return dot != 0
                && dot != text.length() - 1
                && !digits.isEmpty()
                && digits.length() <= MOST_DIGITS
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Whole multiples of the base only. */
    public static long times(String number, long unit) throws Unfit {
        try {
            return new BigDecimal(number).multiply(BigDecimal.valueOf(unit)).longValueExact();
        } catch (ArithmeticException e) {
            throw Unfit.near("whole milliseconds");
        }
    }
}
