package io.outrigger.admin;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An upstream and the endpoints that it has now. Immutable.
 *
 * @param name the label {@code upstream} of its metrics
 * @param config its part of the effective configuration, without its name
 * @param waiting requests that wait for a connection
 * @param panic whether endpoints are used that are not well, because too few are
 * @param bulkheads that have connections of their own to it, as metrics name them
 */
public record UpstreamView(
        String name,
        Map<String, ?> config,
        int waiting,
        boolean panic,
        List<String> bulkheads,
        List<EndpointView> endpoints) {
    /**
     * One address. Immutable.
     *
     * @param address as logs and metrics name it
     * @param authority the host and port that were configured, from which the address was resolved
     * @param inFlight the attempts that are under way
     * @param healthy whether attempts go to it without need
     * @param ejection empty when it is not ejected
     * @param check empty when it is not checked
     */
    public record EndpointView(
            String address,
            String authority,
            int weight,
            int inFlight,
            boolean healthy,
            Optional<EjectionView> ejection,
            Optional<CheckView> check) {}

    /**
     * That it is left out, because it did worse than the others. Immutable.
     *
     * @param reason as in metrics
     * @param times how many times, but for those that are forgotten
     */
    public record EjectionView(String reason, Instant until, int times) {}

    /**
     * What its health checks say. Immutable.
     *
     * @param last what came of the last one; empty before the first
     * @param at when that was
     * @param contrary how many of the last ones in a row said the contrary of what they have agreed on
     */
    public record CheckView(boolean healthy, String last, Optional<Instant> at, int contrary) {}
}
