package io.outrigger.config.key;

/** Decimal digits without quotes, leading zeros or underscores, so that no version of YAML reads another number. Immutable. */
public final class WholeNumber extends Ranged<Integer> {
    private WholeNumber(int min, int max) {
        super(min, max);
    }

    public static WholeNumber of(int min, int max) {
        return new WholeNumber(min, max);
    }

    @Override
    protected Integer quantity(Written written) throws Unfit {
        String text = written.text();
        String digits = text.startsWith("-") ? text.substring(1) : text;
        if (!isNumber(digits)) {
            throw Unfit.far("a whole number, " + range());
        }
        if (!written.mayBeOther()) {
            throw Unfit.near("a whole number without quotes, " + range());
        }
        return digits.length() > 10 ? outOfRange() : clamped(Long.parseLong(text));
    }

    private static boolean isNumber(String digits) {
        boolean canonical = digits.equals("0") || !digits.isEmpty() && digits.charAt(0) != '0';
        return canonical && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private Integer outOfRange() throws Unfit {
        throw Unfit.near(range());
    }

    private Integer clamped(long value) throws Unfit {
        return value == (int) value ? (Integer) (int) value : outOfRange();
    }

    @Override
    protected Shape shape() {
        return Shape.whole(min(), max());
    }

    @Override
    protected String text(Integer value) {
        return value.toString();
    }

    @Override
    protected Object shown(Integer value) {
        return value;
    }
}
