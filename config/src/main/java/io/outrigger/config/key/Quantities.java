package io.outrigger.config.key;

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

    /** In smallest units, of which there must be a whole number. Without BigDecimal, whose class alone takes 5 ms to start. */
    static long times(String number, long unit) throws Unfit {
        int dot = number.indexOf('.');
        String fraction = dot < 0 ? "" : number.substring(dot + 1);
        long parts = 1; // of one unit, as many as the fraction has
        for (int i = 0; i < fraction.length(); i++) {
            parts *= 10;
        }
        try {
            long whole = Math.multiplyExact(Long.parseLong(dot < 0 ? number : number.substring(0, dot)), unit);
            long rest = fraction.isEmpty() ? 0 : Math.multiplyExact(Long.parseLong(fraction), unit);
            if (rest % parts == 0) {
                return Math.addExact(whole, rest / parts);
            }
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
        throw Unfit.near("whole milliseconds");
    }
}
