package io.outrigger.filter.observe;

import io.outrigger.config.AccessLog;
import java.util.function.LongUnaryOperator;

/** Decides which exchanges get an access line. Immutable. */
public final class AccessRule {
    private static final long PARTS = 1_000_000;

    private final boolean errors;
    private final long others; // out of PARTS
    private final LongUnaryOperator randomBelow;

    /** With the chance of a line drawn from {@code randomBelow}, which is given a bound above all it returns. */
    public AccessRule(AccessLog config, LongUnaryOperator randomBelow) {
        this.errors = config != AccessLog.Plain.OFF;
        this.others = config instanceof AccessLog.Sampled sampled
                ? Math.round(sampled.share().fraction() * PARTS)
                : config == AccessLog.Plain.ALL ? PARTS : 0;
        this.randomBelow = randomBelow;
    }

    /** @param failed whether it is one of the errors */
    boolean takes(boolean failed) {
        if (failed && errors) {
            return true;
        }
        return others == PARTS || others > 0 && randomBelow.applyAsLong(PARTS) < others;
    }
}
