package io.outrigger.admin;

import java.util.List;
import java.util.Map;

/**
 * An upstream and the endpoints that it has now. Immutable.
 *
 * @param name the label {@code upstream} of its metrics
 * @param config its part of the effective configuration, without its name
 * @param waiting requests that wait for a connection
 * @param bulkheads that have connections of their own to it, as metrics name them
 */
public record UpstreamView(
        String name, Map<String, ?> config, int waiting, List<String> bulkheads, List<EndpointView> endpoints) {
    /**
     * One address. Immutable.
     *
     * @param address as logs and metrics name it
     * @param authority the host and port that were configured, from which the address was resolved
     * @param inFlight the attempts that are under way
     */
    public record EndpointView(String address, String authority, int weight, int inFlight) {}
}
