package io.outrigger.proxy.balance;

import io.outrigger.config.Share;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Those endpoints of an upstream that attempts may go to now: without the ones that its checks found ill and without
 * the ejected, unless so few are left that all are used. Shared by all loops.
 */
public final class UsableEndpoints {
    private static final Logger LOG = Logger.getLogger(UsableEndpoints.class.getName());
    private static final Endpoint[] NONE = {};

    /**
     * What counts. Immutable.
     *
     * @param checks whether endpoints are checked
     * @param ejections whether endpoints are compared
     * @param slowly whether what comes to the others begins with a small share
     * @param panicThreshold when fewer are well, all are used
     */
    public record Rules(boolean checks, boolean ejections, boolean slowly, Share panicThreshold) {
        /** Under which every endpoint is usable, always. */
        public static final Rules NONE = new Rules(false, false, false, new Share(0));
    }

    /**
     * What holds until an endpoint comes, goes, or changes. Immutable, but for the time that it is good for.
     *
     * @param all endpoints there are
     * @param among those that attempts go to
     * @param well how many are neither ill nor ejected
     * @param untilNanos when the next ejection ends, where {@code ends}
     */
    public record View(Endpoint[] all, Endpoint[] among, int well, boolean ends, long untilNanos) {
        /** Whether endpoints are used that are not well, because too few are. */
        public boolean panic() {
            return among.length > well;
        }

        /** For people: {@code 1 of 3 endpoints is usable}. */
        public String words() {
            return well + " of " + all.length + " endpoints usable";
        }
    }

    private final String upstream;
    private final EndpointSet endpoints;
    private final Rules rules;
    private volatile View view = new View(NONE, NONE, 0, false, 0);
    private volatile long panics; // how often it has come to that; written under this
    private @Nullable Set<Endpoint> before; // whom attempts went to by the last view; null at first; guarded by this

    public UsableEndpoints(String upstream, EndpointSet endpoints, Rules rules) {
        this.upstream = upstream;
        this.endpoints = endpoints;
        this.rules = rules;
    }

    public Rules rules() {
        return rules;
    }

    /** The same object until something changes. */
    public View at(long now) {
        View seen = view;
        return holds(seen, now) ? seen : renewed(now);
    }

    /** Whether nothing is held against an endpoint that would keep attempts from it. */
    public boolean well(Endpoint endpoint, long now) {
        Standing standing = endpoint.standing();
        return !(rules.ejections() && standing.ejected(now))
                && !(rules.checks() && !standing.checkup().healthy());
    }

    /** How often all have come to be used because too few were well. */
    public long panics() {
        return panics;
    }

    private boolean holds(View seen, long now) {
        return seen.all == endpoints.current() && (!seen.ends || now - seen.untilNanos < 0);
    }

    private synchronized View renewed(long now) {
        View seen = view;
        if (holds(seen, now)) {
            return seen; // another loop was first
        }
        View next = look(endpoints.current(), now);
        view = next;
        if (next.panic() != seen.panic()) {
            panics += next.panic() ? 1 : 0;
            LOG.log(
                    next.panic() ? Level.WARNING : Level.INFO,
                    () -> "upstream " + upstream + ": " + next.words()
                            + (next.panic() ? ", all are used" : ", the others are used no more"));
        }
        return next;
    }

    private View look(Endpoint[] all, long now) {
        Set<Endpoint> well = new HashSet<>();
        boolean ends = false;
        long until = 0;
        for (Endpoint endpoint : all) {
            Ejection ejection = rules.ejections() ? endpoint.standing().ejection() : null;
            if (ejection != null && !ejection.over(now) && (!ends || ejection.untilNanos() - until < 0)) {
                ends = true;
                until = ejection.untilNanos();
            }
            if (well(endpoint, now)) {
                well.add(endpoint);
            }
        }
        boolean panic = well.size() < rules.panicThreshold().fraction() * all.length;
        Endpoint[] among = panic || well.size() == all.length
                ? all
                : List.of(all).stream().filter(well::contains).toArray(Endpoint[]::new);
        welcome(well, now);
        before = new HashSet<>(List.of(among));
        return new View(all, among, well.size(), ends, until);
    }

    /** Where there was nobody to take the traffic until now, there is nothing to be slow for. */
    private void welcome(Set<Endpoint> well, long now) {
        Set<Endpoint> known = before;
        if (rules.slowly() && known != null && !known.isEmpty()) {
            for (Endpoint endpoint : well) {
                if (!known.contains(endpoint)) {
                    endpoint.standing().beginSlowly(now);
                }
            }
        }
    }
}
