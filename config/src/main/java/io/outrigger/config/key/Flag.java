package io.outrigger.config.key;

/** Yes or no, as YAML 1.2 spells it. Immutable. */
public final class Flag extends ScalarType<Boolean> {
    public static final Flag FLAG = new Flag();

    private Flag() {}

    @Override
    protected Found<Boolean> parse(Written written) throws Unfit {
        boolean value =
                switch (written.text()) {
                    case "true", "True", "TRUE" -> true;
                    case "false", "False", "FALSE" -> false;
                    default -> throw Unfit.far(expected());
                };
        if (!written.mayBeOther()) {
            throw Unfit.near(expected() + " without quotes");
        }
        return new Found<>(value, value);
    }

    @Override
    protected Shape shape() {
        return Shape.of("type", "boolean");
    }

    @Override
    public String expected() {
        return "true or false";
    }
}
