package io.outrigger.config.key;

/** A text that a type does not take, with what it would take. Costs no stack trace. */
public final class Unfit extends Exception {
    private static final long serialVersionUID = 1;
    private final String expected;
    private final boolean near;

    private Unfit(String expected, boolean near) {
        super(expected, null, false, false);
        this.expected = expected;
        this.near = near;
    }

    /** The text is something else altogether. */
    public static Unfit far(String expected) {
        return new Unfit(expected, false);
    }

    /** The text was plainly meant for this type, so that no other one need be named. */
    public static Unfit near(String expected) {
        return new Unfit(expected, true);
    }

    String expected() {
        return expected;
    }

    boolean isNear() {
        return near;
    }
}
