package io.outrigger.proxy.cli;

/** What the process tells by its end. Immutable. */
public final class Exit {
    public static final int FINE = 0;
    /** The configuration has problems. */
    public static final int PROBLEMS = 1;
    /** The command line asks for what cannot be done, or names a file that cannot be read, or stdout takes no answer. */
    public static final int USAGE = 2;
    /** An address cannot be bound, or the program is broken. */
    public static final int CANNOT_START = 3;

    private Exit() {}
}
