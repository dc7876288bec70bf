package io.outrigger.proxy.trace;

import io.outrigger.config.TracingConfig;
import io.outrigger.config.TracingConfig.Propagator;
import io.outrigger.exchange.Identity;

/**
 * Decides of which exchanges spans tell: as the client says where it came with a trace, else by the bits of
 * which the trace id is made. Immutable.
 */
final class Sampling {
    private final long below; // of the trace id's lower half without its sign
    private final boolean all;
    private final boolean propagates;

    Sampling(TracingConfig config) {
        double share = config.sample().fraction();
        this.below = (long) (share * Long.MAX_VALUE);
        this.all = share >= 1;
        this.propagates = config.propagators().contains(Propagator.TRACECONTEXT);
    }

    /** The names of an exchange: the same ones when no span is to tell of it. */
    Identity decide(Identity identity) {
        boolean sampled = propagates && identity.hasOwnTrace() ? identity.clientSampled() : byChance(identity);
        return sampled ? identity.sampled(propagates) : identity;
    }

    private boolean byChance(Identity identity) {
        return all || (identity.chance() & Long.MAX_VALUE) < below;
    }
}
