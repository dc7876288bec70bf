package io.outrigger.admin;

import java.util.Map;
import java.util.Optional;

/**
 * A route. Immutable.
 *
 * @param name the label {@code route} of its metrics
 * @param config its part of the effective configuration, without its name
 * @param bulkhead the label of its bulkhead's metrics; empty when it has none
 */
public record RouteView(String name, Map<String, ?> config, Optional<String> bulkhead) {}
